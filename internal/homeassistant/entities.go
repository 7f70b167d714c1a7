package homeassistant

// entities returns the table of all that Home Assistant can show of a heater, in an order that stays.
func entities() []*entity { return nil }
