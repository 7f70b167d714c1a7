package homeassistant

import "slices"

// entities returns all that Home Assistant can show of a heater, in an order that stays. An id in it never goes and never
// comes to mean something else: Home Assistant keeps names, areas, history and dashboards by it.
func entities() []*entity {
	return slices.Concat(
		[]*entity{waterHeater()},
		conditionEntities(), controlEntities(), eventEntities(), energyEntities(), scheduleEntities(),
		statusEntities(), counterEntities(), featureEntities(),
	)
}
