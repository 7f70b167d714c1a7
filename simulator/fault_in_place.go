package simulator

import "slices"

// faultInPlace is a fault case that was put in place, or all faults of none.
type faultInPlace struct {
	Name   string `json:"name"` // of the case; "" of none
	Faults int    `json:"faults"`
	Fired  int    `json:"fired"` // times
}

// inPlace returns the cases in place, in the order in which they were put there.
func (fs *faults) inPlace() []faultInPlace {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	cases := []faultInPlace{}
	for _, p := range fs.list {
		i := slices.IndexFunc(cases, func(c faultInPlace) bool { return c.Name == p.name })
		if i < 0 {
			i = len(cases)
			cases = append(cases, faultInPlace{Name: p.name})
		}
		cases[i].Faults++
		cases[i].Fired += p.fired
	}
	return cases
}

// heal takes faults away.
func (fs *faults) heal(which func(*placed) bool) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.list = slices.DeleteFunc(fs.list, which)
}
