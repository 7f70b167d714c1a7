package cli

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/nwp500/nwp500"
)

// barWidth is what the bar of the largest item takes.
const barWidth = 24

// The parts of a bar.
const (
	heatPumpBar = "█"
	elementsBar = "░"
)

// energyTable shows the items with bars, their sum, and what the heater ever used.
func (p *program) energyTable(device nwp500.Device, answers []*nwp500.Energy) error {
	items := untilNow(energyItems(answers), time.Now())
	if len(items) == 0 {
		return p.say("%s has counted nothing in that time", title(device))
	}
	most := 0
	for _, item := range items {
		most = max(most, item.All().Or(0))
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%s  energy in kWh (%s heat pump, %s elements)\n\n", printable(title(device)), heatPumpBar, elementsBar)
	fmt.Fprintf(&text, "%-16s %9s %16s %16s\n", "DATE", "TOTAL", "HEAT PUMP", "ELEMENTS")
	for _, item := range items {
		text.WriteString(energyLine(item.Date(), item.EnergyUsage, bar(item.EnergyUsage, most)))
	}
	text.WriteString(energyLine("sum", (&nwp500.Energy{Items: items}).Sum(), ""))
	text.WriteString(energyLine("since installed", answers[len(answers)-1].Total, ""))
	_, err := p.stdout.Write([]byte(text.String()))
	return err
}

// untilNow leaves out the empty items at the end, of days that are still to come.
func untilNow(items []nwp500.EnergyItem, now time.Time) []nwp500.EnergyItem {
	end := len(items)
	for ; end > 0; end-- {
		item := items[end-1]
		date := time.Date(item.Year, item.Month, max(item.Day, 1), item.Hour.Or(0), 0, 0, 0, time.Local)
		if item.All().Or(0) != 0 || !date.After(now) {
			break
		}
	}
	return items[:end]
}

func energyLine(label string, usage nwp500.EnergyUsage, bar string) string {
	line := fmt.Sprintf("%-16s %9s %9s %6s %9s %6s  %s", label, energyNumber(usage.All()),
		energyNumber(usage.HeatPump), share(usage.HeatPump, usage), energyNumber(usage.Elements), share(usage.Elements, usage), bar)
	return strings.TrimRight(line, " ") + "\n"
}

// energyNumber is an energy in kilowatt-hours, with as many decimals as those above and below it.
func energyNumber(energy nwp500.Value[int]) string {
	wattHours, known := energy.Get()
	if !known {
		return unknown
	}
	return strconv.FormatFloat(float64(wattHours)/1000, 'f', 2, 64)
}

// share is what part of a usage an energy is, or nothing when there is none.
func share(energy nwp500.Value[int], of nwp500.EnergyUsage) string {
	part, known := energy.Get()
	all := of.All().Or(0)
	if !known || all <= 0 {
		return ""
	}
	return fmt.Sprintf("%.0f %%", 100*float64(part)/float64(all))
}

// bar is a usage beside the largest one.
func bar(usage nwp500.EnergyUsage, most int) string {
	if most <= 0 {
		return ""
	}
	cells := func(wattHours int) int { return int(math.Round(barWidth * float64(max(wattHours, 0)) / float64(most))) }
	all := cells(usage.All().Or(0))
	heatPump := min(cells(usage.HeatPump.Or(0)), all)
	return strings.Repeat(heatPumpBar, heatPump) + strings.Repeat(elementsBar, all-heatPump)
}
