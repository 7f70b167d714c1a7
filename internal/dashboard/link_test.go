//go:build integration

package dashboard

import "testing"

func TestOfflineAndBack(t *testing.T) {
	h := newHouse(t, plan{})
	tab := newTab(t, look{})
	tab.expect("ERR_", "icon from the Manifest")
	tab.open(h.url)
	tab.says(".pulse", "Live")
	h.gate.Shut()
	tab.says(".pulse", "Not connected")
	tab.says(".notice", "No connection to nwp500")
	tab.says(".age", "As of")
	tab.wait("pale numbers", `one('.tank').classList.contains('stale')`)
	tab.wait("settings that are locked", `one('fieldset.controls').disabled`)
	h.heaters[0].SetTank(62, 61)
	h.gate.Open()
	tab.says(".pulse", "Live")
	tab.wait("no notice", `!seen(one('.notice:not(.fault)')) && !one('.tank').classList.contains('stale')`)
}

func TestSilentHeater(t *testing.T) {
	h := newHouse(t, plan{})
	tab := newTab(t, look{})
	tab.open(h.url)
	tab.says(".pulse", "Live")
	h.heaters[0].SetOffline(true)
	h.cloud.DropAll("test")
	tab.wait("to be told that it is not live", `one('.tank').classList.contains('stale') && text('.notice') !== '' && text('.age').startsWith('As of')`)
}

// A laptop that wakes up finds its clock far ahead: what was shown when it fell asleep is
// no longer called live, and the page connects at once.
func TestWaking(t *testing.T) {
	h := newHouse(t, plan{})
	tab := newTab(t, look{})
	tab.expect("ERR_", "icon from the Manifest")
	tab.open(h.url)
	tab.says(".pulse", "Live")
	tab.wait("an idle page", `(globalThis.words ??= [], true)`)
	eval[bool](tab, `(() => {
		new MutationObserver(() => words.push(one('.pulse').innerText)).observe(one('.pulse'), { subtree: true, childList: true, characterData: true });
		const real = Date.now.bind(Date);
		Date.now = () => real() + 3600_000;
		return true;
	})()`)
	tab.wait("not to be called live until it was heard anew", `words.some((word) => word.startsWith('Connecting'))`)
	tab.says(".pulse", "Live")
	if last := eval[string](tab, `one('.pulse').innerText`); last == "" {
		t.Error("the page does not say how old its numbers are")
	}
}

// What a browser says of the network is believed at once.
func TestNetworkIsBack(t *testing.T) {
	h := newHouse(t, plan{})
	tab := newTab(t, look{})
	tab.expect("ERR_", "icon from the Manifest")
	tab.open(h.url)
	tab.says(".pulse", "Live")
	h.gate.Shut()
	tab.says(".pulse", "Not connected")
	h.gate.Open()
	eval[bool](tab, `dispatchEvent(new Event('online'))`)
	tab.says(".pulse", "Live")
}
