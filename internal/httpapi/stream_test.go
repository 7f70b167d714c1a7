package httpapi

import (
	"testing"

	"github.com/nwp500/nwp500/api"
)

func TestStreamBegins(t *testing.T) {
	inHouse(t, Config{Loopback: true}, func(h *house) {
		for update, err := range h.client.Stream(h.Context()) {
			if err != nil || update != (api.Update{Ready: true}) {
				h.Errorf("%+v, %v", update, err)
			}
			break
		}
	})
}
