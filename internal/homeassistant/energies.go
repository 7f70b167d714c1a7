package homeassistant

import (
	"strconv"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
)

// energyEntities are the electricity used, for the energy dashboard. The heater counts it since it was installed and by
// source (docs/protocol.md §4, Energy history), and is asked for its record each hour. Those of a day and a month begin
// again at 0, which total_increasing allows for.
func energyEntities() []*entity {
	entities := usageEntities("energy", "", shown, lifetimeUsage)
	entities = append(entities, usageEntities("energy_today", " today", shown, func(v *view) usage { return usageOf(v.doc.Today) })...)
	return append(entities, usageEntities("energy_month", " this month", hidden, func(v *view) usage { return usageOf(v.doc.Month) })...)
}

// usage is electricity used, in Wh.
type usage struct{ heatPump, elements nwp500.Value[int] }

func usageEntities(id, span string, place place, of func(*view) usage) []*entity {
	return []*entity{
		electricity(id, "Energy"+span, place, func(v *view) nwp500.Value[int] { return of(v).sum() }),
		electricity(id+"_heat_pump", "Heat pump energy"+span, place, func(v *view) nwp500.Value[int] { return of(v).heatPump }),
		electricity(id+"_elements", "Element energy"+span, place, func(v *view) nwp500.Value[int] { return of(v).elements }),
	}
}

// electricity is shown in kWh, as on a bill.
func electricity(id, name string, place place, of func(*view) nwp500.Value[int]) *entity {
	e := &entity{component: "sensor", id: id, name: name, config: energy.config, channels: []channel{reads(func(v *view) string {
		wattHours, known := of(v).Get()
		if !known {
			return unknown
		}
		return strconv.FormatFloat(float64(wattHours)/1000, 'f', -1, 64)
	})}}
	e.at(place)
	return e
}

// sum is unknown while a part of it is: a total that falls looks like a new meter.
func (u usage) sum() nwp500.Value[int] {
	heatPump, known := u.heatPump.Get()
	elements, both := u.elements.Get()
	if !known || !both {
		return nwp500.Value[int]{}
	}
	return nwp500.ValueOf(heatPump + elements)
}

// lifetimeUsage is the newer of the two answers that have it, which is the larger: the record of energy is read each hour,
// the diagnostics once a day.
func lifetimeUsage(v *view) usage {
	var u usage
	if v.state.Energy != nil {
		u.heatPump, u.elements = v.state.Energy.Total.HeatPump, v.state.Energy.Total.Elements
	}
	if v.state.Lifetime != nil {
		u.heatPump = larger(u.heatPump, v.state.Lifetime.Totals.HeatPumpEnergy)
		u.elements = larger(u.elements, v.state.Lifetime.Totals.ElementEnergy)
	}
	return u
}

func larger(a, b nwp500.Value[int]) nwp500.Value[int] {
	first, known := a.Get()
	if second, other := b.Get(); other && (!known || second > first) {
		return b
	}
	return a
}

func usageOf(u *api.Usage) usage {
	if u == nil {
		return usage{}
	}
	return usage{heatPump: valueOf(u.HeatPumpWh), elements: valueOf(u.ElementWh)}
}

func valueOf(number *int) nwp500.Value[int] {
	if number == nil {
		return nwp500.Value[int]{}
	}
	return nwp500.ValueOf(*number)
}
