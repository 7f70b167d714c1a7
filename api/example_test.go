package api_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/nwp500/nwp500/api"
)

// serve stands for nwp500 serve: it has one heater, which does not answer.
func serve(w http.ResponseWriter, r *http.Request) {
	const heater = `{"id":"b6c4b07ac7","name":"Cellar","summary":{"doing":"heating with the heat pump","hot_litres":214}}`
	switch {
	case strings.HasSuffix(r.URL.Path, "/heaters"):
		_, _ = io.WriteString(w, `{"heaters":[`+heater+`]}`)
	case strings.HasSuffix(r.URL.Path, "/commands"):
		w.WriteHeader(http.StatusGatewayTimeout)
		_, _ = io.WriteString(w, `{"command":"temperature","end":"outcome unknown","error":"the heater did not answer"}`)
	case strings.HasSuffix(r.URL.Path, "/stream"):
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, "event: heater\ndata: "+heater+"\n\n"+
			"event: ready\ndata: {\"heaters\":[\"b6c4b07ac7\"]}\n\n"+
			"event: event\ndata: {\"heater\":\"b6c4b07ac7\",\"class\":\"heating\",\"text\":\"heating stopped\"}\n\n")
	}
}

func ExampleClient() {
	server := httptest.NewServer(http.HandlerFunc(serve)) // of yours: http://127.0.0.1:8500
	defer server.Close()
	client := api.New(server.URL, "")

	heaters, err := client.Heaters(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	for _, heater := range heaters {
		fmt.Println(heater.Name, "is", heater.Summary.Doing)
	}
	// Output: Cellar is heating with the heat pump
}

func ExampleClient_Do() {
	server := httptest.NewServer(http.HandlerFunc(serve))
	defer server.Close()
	client := api.New(server.URL, "")

	celsius := 52.0
	_, err := client.Do(context.Background(), "b6c4b07ac7", api.Command{Name: api.SetTemperature, Celsius: &celsius})
	var failed *api.CommandError
	switch {
	case err == nil:
		fmt.Println("done")
	case errors.As(err, &failed) && failed.Result.End == api.OutcomeUnknown:
		fmt.Println("it may have been carried out: read the status and decide")
	default:
		fmt.Println(err)
	}
	// Output: it may have been carried out: read the status and decide
}

func ExampleClient_Stream() {
	server := httptest.NewServer(http.HandlerFunc(serve))
	defer server.Close()
	client := api.New(server.URL, "")

	for update, err := range client.Stream(context.Background()) {
		if err != nil {
			log.Fatal(err) // no other attempt would go better
		}
		switch {
		case update.Heater != nil:
			fmt.Println(update.Heater.Name, "has", *update.Heater.Summary.HotLitres, "litres of hot water")
		case update.Event != nil:
			fmt.Println(update.Event.Text)
		case update.Interrupted != nil:
			fmt.Println("connecting anew")
			return
		}
	}
	// Output:
	// Cellar has 214 litres of hot water
	// heating stopped
	// connecting anew
}
