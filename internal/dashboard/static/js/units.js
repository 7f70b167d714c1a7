// How numbers are shown. What comes from the server is metric; what is shown is as the
// heater's own panel has it, unless somebody chose otherwise on this machine.

const KEY = 'nwp500.units';

const number = (least, most) => new Intl.NumberFormat(undefined, { minimumFractionDigits: least, maximumFractionDigits: most });
const whole = number(0, 0);
const tenths = number(1, 1);
const upToTenths = number(0, 1);
const hundredths = number(2, 2);

export const NOTHING = '–';

/** Tells whether there is a number. Missing is not zero. */
export const known = (value) => typeof value === 'number' && Number.isFinite(value);

const or = (format) => (value, ...more) => (known(value) ? format(value, ...more) : NOTHING);

const fahrenheit = (celsius) => celsius * 9 / 5 + 32;
const GALLON = 3.785411784;

/** Metric units: degrees Celsius and litres. */
export const METRIC = {
  name: 'metric',
  symbol: '°C',
  degrees: (celsius) => celsius,
  celsius: (degrees) => degrees,
  temperature: or((celsius) => `${tenths.format(celsius)}\u00a0°C`),
  short: or((celsius) => `${upToTenths.format(celsius)}°`),
  setting: or((celsius) => `${upToTenths.format(celsius)}\u00a0°C`),
  difference: or((kelvin) => `${tenths.format(kelvin)}\u00a0K`),
  volume: or((litres) => `${whole.format(litres)}\u00a0l`),
  flow: or((litres) => `${tenths.format(litres)}\u00a0l/min`),
};

/** Units of the United States: degrees Fahrenheit and gallons, litres beside them. */
export const US = {
  name: 'us',
  symbol: '°F',
  degrees: fahrenheit,
  celsius: (degrees) => (degrees - 32) * 5 / 9,
  temperature: or((celsius) => `${tenths.format(fahrenheit(celsius))}\u00a0°F`),
  short: or((celsius) => `${whole.format(fahrenheit(celsius))}°`),
  setting: or((celsius) => `${whole.format(fahrenheit(celsius))}\u00a0°F`),
  difference: or((kelvin) => `${tenths.format(kelvin * 9 / 5)}\u00a0°F`),
  volume: or((litres) => `${whole.format(litres / GALLON)}\u00a0gal`),
  flow: or((litres) => `${tenths.format(litres / GALLON)}\u00a0gal/min`),
};

/** Returns what was chosen on this machine: "metric", "us", or "auto" for the heater's own. */
export function chosenUnits() {
  try {
    return localStorage.getItem(KEY) ?? 'auto';
  } catch {
    return 'auto'; // a browser that keeps nothing
  }
}

/** Chooses units for this machine. */
export function chooseUnits(name) {
  try {
    localStorage.setItem(KEY, name);
  } catch {
    // then it holds for nothing but this once
  }
}

/** Returns the units in which a heater is shown. */
export function unitsOf(heater) {
  const chosen = chosenUnits();
  if (chosen !== 'auto') return chosen === 'us' ? US : METRIC;
  return (heater?.status ?? heater?.features)?.temperature_type === 'fahrenheit' ? US : METRIC;
}

export const power = or((watts) => (watts < 1000 ? `${whole.format(watts)}\u00a0W` : `${hundredths.format(watts / 1000)}\u00a0kW`));
export const energy = or((wattHours) => (wattHours < 100_000 ? `${tenths.format(wattHours / 1000)}\u00a0kWh` : `${whole.format(wattHours / 1000)}\u00a0kWh`));
export const percent = or((share) => `${whole.format(share)}\u00a0%`);
export const count = or((value) => upToTenths.format(value));
export const plain = or((value) => number(0, 2).format(value));
export const price = or((value) => number(0, 10).format(value)); // with all the decimals that one can have

/** Formats money in the currency of the tariff. */
export function money(amount, currency) {
  if (!known(amount)) return NOTHING;
  try {
    return new Intl.NumberFormat(undefined, { style: 'currency', currency }).format(amount);
  } catch { // no code of a currency
    return `${hundredths.format(amount)} ${currency ?? ''}`.trim();
  }
}
