// The words for what the interface names.

/** The modes that an owner can choose: a name, a line on each, and the feature it needs. */
export const MODES = {
  heat_pump: { name: 'Heat pump', short: 'HP', about: 'Least energy, slowest', feature: 'heatpump_use' },
  energy_saver: { name: 'Energy saver', short: 'Saver', about: 'Elements if needed', feature: 'energy_saver_use' },
  high_demand: { name: 'High demand', short: 'High', about: 'Elements help sooner', feature: 'high_demand_use' },
  electric: { name: 'Electric', short: 'Elec.', about: 'Elements alone, dearest', feature: 'electric_use' },
};

const OTHER_MODES = {
  vacation: { name: 'Vacation', short: 'Vac.' },
  power_off: { name: 'Off', short: 'Off' },
};

/** Names a mode, also one that nobody knew when this was written. */
export const modeName = (mode) => (MODES[mode] ?? OTHER_MODES[mode])?.name ?? words(mode ?? 'unknown');

/** Names a mode where there is little room. */
export const modeShort = (mode) => (MODES[mode] ?? OTHER_MODES[mode])?.short ?? modeName(mode);

/** The modes of the recirculation pump. */
export const PUMP_MODES = {
  always: { name: 'Always', about: 'The pump runs all the time' },
  button: { name: 'Button', about: 'After the hot button was pressed' },
  schedule: { name: 'Timetable', about: 'At the times below' },
  temperature: { name: 'Temperature', about: 'When the water in the pipe has cooled' },
};

/** Makes a name of the interface readable: "tank_upper_temperature" becomes "Tank upper temperature". */
export const words = (name) => sentence(String(name).replaceAll('_', ' '));

/** Begins a text with a capital. */
export const sentence = (text) => (text ? text[0].toUpperCase() + text.slice(1) : '');

/** Ends a text with a full stop. */
export const stop = (text) => (/[.!?]$/.test(text) ? text : `${text}.`);

/** Joins a list: "a, b and c". */
export function list(items) {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** Counts things: "1 shower", "2 showers". */
export const counted = (n, one, more = `${one}s`) => `${n} ${n === 1 ? one : more}`;
