package cli

import (
	"slices"
	"strings"
	"testing"
)

// TestAliases holds the table of aliases: each is what it says, in a command line that the program understands.
func TestAliases(t *testing.T) {
	samples := strings.NewReplacer("HOUR", "6", "MINUTE", "5", "DAYS", "7", "ZIP", "94102", "NAME", "E-TOU-C", "YEAR", "2026", "MONTHS", "1,2", "MONTH", "9")
	for _, alias := range aliases {
		root := (&program{}).rootCommand()
		python := strings.Fields(samples.Replace(alias.python))
		if strings.HasPrefix(python[0], "-") {
			python = append([]string{"status"}, python...)
		}
		here := translated(root, python)
		cmd, rest, err := root.Find(here)
		if err != nil || cmd == root || slices.Equal(here, python) {
			t.Errorf("%s became %q, which is no command: %v", alias.python, here, err)
			continue
		}
		if err := cmd.ParseFlags(rest); err != nil {
			t.Errorf("%s: %v", alias.python, err)
		}
		switch args := cmd.Flags().Args(); {
		case strings.HasPrefix(alias.python, "reservations ") && len(args) == 0: // its number follows
		case strings.HasSuffix(alias.here, " period"): // and its days
		default:
			if err := cmd.ValidateArgs(args); err != nil {
				t.Errorf("%s: %v", alias.python, err)
			}
		}
		if again := translated(root, here); !slices.Equal(again, here) {
			t.Errorf("%s became %q, which becomes %q", alias.python, here, again)
		}
	}
}

func TestTranslated(t *testing.T) {
	root := (&program{}).rootCommand()
	for given, want := range map[string]string{
		"--sim --device NWP500 dr enable":                    "--sim --device NWP500 demand-response on",
		"dr --device dr enable -v":                           "demand-response on --device dr -v",
		"--unit-system us_customary status --raw":            "--units us status -o json",
		"--unit-system=metric device-info --raw":             "--units metric info -o json",
		"reservations update 2 --hour 6 --minute=0 --enable": "reservations edit --state on --time 6:00 2",
		"reservations add --days MO --hour 16 --minute 30":   "reservations add --time 16:30 --days MO",
		"reservations update 1 --mode 3":                     "reservations edit --mode energy-saver 1",
		"reservations add --days MO --hour 16":               "reservations add --days MO --hour 16",
		"tou rates 94102 --utility CleanPowerSF":             "tou plans --zip 94102 --utility CleanPowerSF",
		"tou apply 94102 E-TOU-C --enable":                   "tou apply --zip 94102 --plan E-TOU-C",
		"tou plan --zip 94102 --plan E-TOU-C":                "tou plan --zip 94102 --plan E-TOU-C",
		"energy --year 2026 --month 7":                       "energy daily 2026-07",
		"energy --month 12 --year 2026":                      "energy daily 2026-12",
		"--password dr status --password=enable":             "--password dr status --password=enable",
		"anti-legionella enable --period 7 -o csv":           "anti-legionella on 7 -o csv",
		"decode -- --json":                                   "decode -- --json",
		"serial --device":                                    "info --serial --device",
		"mode heat-pump":                                     "mode heat-pump",
		"__complete dr enable":                               "__complete dr enable",
		"":                                                   "",
	} {
		if got := strings.Join(translated(root, strings.Fields(given)), " "); got != want {
			t.Errorf("%q became %q, want %q", given, got, want)
		}
	}
}
