package simulator_test

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"strings"

	"github.com/nwp500/nwp500/simulator"
)

// A cloud on a free port of this machine; any client of the real one can be
// pointed at it.
func Example() {
	cloud, err := simulator.New(simulator.Config{Heaters: 2})
	if err != nil {
		log.Fatal(err)
	}
	defer cloud.Close()
	server, err := cloud.Listen("127.0.0.1:0", false)
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()

	account := cloud.Accounts()[0]
	credentials := fmt.Sprintf(`{"userId":%q,"password":%q}`, account.Email, account.Password)
	response, err := http.Post(server.RESTURL+"/user/sign-in", "application/json", strings.NewReader(credentials))
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	var answer struct{ Msg string }
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		log.Fatal(err)
	}
	fmt.Println(answer.Msg)
	for _, heater := range account.Heaters {
		heater.SetTank(48, 30)
		fmt.Println(heater.Name(), heater.Status()["tankUpperTemperature"])
	}
	// Output:
	// SUCCESS
	// NWP500 480
	// NWP500 2 480
}
