package simulator

import (
	"net/http"
	"slices"
	"strings"
)

// cloudView is what clients do with the cloud.
type cloudView struct {
	Accounts    int              `json:"accounts"`
	Heaters     int              `json:"heaters"`
	Connections []connectionView `json:"connections"`
	Counters    Counters         `json:"counters"`
}

// connectionView is an MQTT connection, without its topics, which are many.
type connectionView struct {
	ClientID      string `json:"client_id"`
	Account       string `json:"account"`
	Subscriptions int    `json:"subscriptions"`
	Since         string `json:"since"`
}

func (c *console) cloud() cloudView {
	s := c.simulator
	v := cloudView{
		Accounts: len(s.directory.ordered), Heaters: len(s.fleet.heaters),
		Connections: []connectionView{}, Counters: s.Counters(),
	}
	for _, open := range s.Connections() {
		v.Connections = append(v.Connections, connectionView{
			ClientID: open.ClientID, Account: open.Email, Subscriptions: len(open.Subscriptions), Since: open.Since.Format("2006-01-02T15:04:05Z07:00"),
		})
	}
	return v
}

func (c *console) readCloud(*http.Request) (any, error) { return c.cloud(), nil }

// faultsView is the faults of the cloud: those in place, and all that there are.
type faultsView struct {
	InPlace []faultInPlace `json:"in_place"`
	Cases   []caseView     `json:"cases"`
}

type caseView struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Text string `json:"text"`
}

// faultInputs are what can be done about faults of the cloud.
var faultInputs = []input{
	{Name: "inject", Kind: inputText, Unit: "the name of a case, or its id for all of its kind"},
	{Name: "heal", Kind: inputText, Unit: "the name of a case that is in place, or all"},
}

func (c *console) faults() faultsView {
	v := faultsView{InPlace: c.simulator.faults.inPlace()}
	for _, f := range FaultCases() {
		v.Cases = append(v.Cases, caseView{f.ID, f.Name, f.Text})
	}
	return v
}

func (c *console) readFaults(*http.Request) (any, error) { return c.faults(), nil }

func (c *console) changeFaults(r *http.Request) (any, error) {
	in, err := readInputs(r, faultInputs)
	if err != nil {
		return nil, err
	}
	if name, ok := in["heal"].(string); ok {
		there := slices.ContainsFunc(c.simulator.faults.inPlace(), func(f faultInPlace) bool { return strings.EqualFold(f.Name, name) })
		if !there && name != "all" {
			return nil, &notDone{status: http.StatusUnprocessableEntity, Message: "no such fault is in place", Field: "heal", Value: name, Allowed: faultInputs[1].Unit}
		}
		c.simulator.faults.heal(func(p *placed) bool { return p.name != "" && (name == "all" || strings.EqualFold(p.name, name)) })
	}
	if name, ok := in["inject"].(string); ok {
		if _, err := c.simulator.InjectCase(name); err != nil {
			return nil, &notDone{status: http.StatusUnprocessableEntity, Message: "there is no such fault", Field: "inject", Value: name, Allowed: faultInputs[0].Unit}
		}
	}
	return c.faults(), nil
}
