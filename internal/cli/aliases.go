package cli

// alias is a form of the Python program's command line, and what it is here. A word in capitals stands for any argument.
// The words of a command come first and in this order, its options anywhere.
type alias struct{ python, here string }

// aliases are what has another name in the Python program. All of it is accepted, and no help shows it. A form that begins
// like a shorter one comes before it.
var aliases = []alias{
	{"device-info", "info"},
	{"serial", "info --serial"},
	{"mode standby", "power off"},
	{"hot-button", "recirculation press"},
	{"recirc 1", "recirculation mode always"},
	{"recirc 2", "recirculation mode button"},
	{"recirc 3", "recirculation mode schedule"},
	{"recirc 4", "recirculation mode temperature"},
	{"reset-filter", "filter reset"},
	{"reservations get", "reservations list"},
	{"reservations update", "reservations edit"},
	{"reservations delete", "reservations remove"},
	{"reservations add --hour HOUR --minute MINUTE", "reservations add --time HOUR:MINUTE"},
	{"reservations add --disabled", "reservations add --state off"},
	{"reservations edit --hour HOUR --minute MINUTE", "reservations edit --time HOUR:MINUTE"},
	{"reservations edit --enable", "reservations edit --state on"},
	{"reservations edit --disable", "reservations edit --state off"},
	{"anti-legionella enable --period DAYS", "anti-legionella on DAYS"},
	{"anti-legionella enable", "anti-legionella on"},
	{"anti-legionella disable", "anti-legionella off"},
	{"anti-legionella set-period", "anti-legionella period"},
	{"tou get", "tou show"},
	{"tou set on", "tou on"},
	{"tou set off", "tou off"},
	{"tou rates ZIP", "tou plans --zip ZIP"},
	{"tou plan ZIP NAME", "tou plan --zip ZIP --plan NAME"},
	{"tou apply ZIP NAME", "tou apply --zip ZIP --plan NAME"},
	{"tou apply --enable", "tou apply"},
	{"energy --year YEAR --month MONTH", "energy daily YEAR-MONTH"},
	{"energy --year YEAR --months MONTHS", "energy monthly YEAR"},
	{"dr enable", "demand-response on"},
	{"dr disable", "demand-response off"},
	{"status --raw", "status -o json"},
	{"info --raw", "info -o json"},
	{"--json", "-o json"},
	{"--unit-system metric", "--units metric"},
	{"--unit-system us_customary", "--units us"},
}
