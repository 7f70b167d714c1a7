// Everything that the heater says of itself, for who wants to know more.

import { el, fill, show } from '../dom.js';
import { known, plain, unitsOf } from '../units.js';
import { when } from '../time.js';
import { words } from '../words.js';
import { section } from './section.js';

// Fields whose names do not end in what they are measured in.
const TEMPERATURE = /temperature|temp_(setting|min|max)$|^dhw_temperature2$/, DIFFERENCE = /diff_temp_setting$|super_heat$/;
const OTHER = { current_inst_power: 'W', dhw_charge_per: '%', mixing_rate: '%', usable_energy: 'Wh', full_recovery_energy: 'Wh', energy_to_setpoint: 'Wh', target_fan_rpm: 'rpm', current_fan_rpm: 'rpm', cumulated_op_time_eva_fan: 'h', air_filter_alarm_period: 'h', air_filter_alarm_elapsed: 'h', vacation_day_setting: 'days', vacation_day_elapsed: 'days', anti_legionella_period: 'days', dr_override_status: 'h' };
const HIDDEN = new Set(['kind', 'units', 'missing', 'unknown', 'temperature_type', 'temp_formula_type']);

/** The section of details. */
export class Details {
  #shown = '';

  constructor() {
    this.firmware = el('ul', { class: 'plain-list' });
    this.status = el('dl', { class: 'fields' });
    this.features = el('dl', { class: 'fields' });
    const fold = (title, content) => el('details', { on: { toggle: () => { this.#shown = ''; this.update(this.heater); } } }, el('summary', null, title), content);
    this.folds = [fold('Status', this.status), fold('What it has and can', this.features)];
    this.element = section('Details', 'details', null, this.firmware, this.folds);
  }

  update(heater) {
    this.heater = heater;
    const units = unitsOf(heater);
    // Drawn again only when something has changed that is open to be seen.
    const shown = JSON.stringify([heater.status_at, heater.features_at, heater.firmware, units.name, this.folds.map(({ open }) => open)]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    show(this.firmware, Boolean(heater.firmware?.length));
    fill(this.firmware, (heater.firmware ?? []).map(({ component, installed, available }) =>
      el('li', null, `${words(component)}: ${installed}`, available && el('strong', null, ` – ${available} can be installed`))));
    if (this.folds[0].open) fill(this.status, heater.status_at && line('Heard at', when(Date.parse(heater.status_at))), fields(heater.status, units));
    if (this.folds[1].open) fill(this.features, fields(heater.features, units));
  }
}

const line = (name, value) => el('div', null, el('dt', null, name), el('dd', null, value));

function fields(document, units) {
  const all = { ...document, ...document?.unknown };
  return Object.entries(all).filter(([name]) => !HIDDEN.has(name)).map(([name, value]) => line(words(name), text(name, value, units)));
}

function text(name, value, units) {
  if (value === null) return 'unknown';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (!known(value)) return typeof value === 'object' ? JSON.stringify(value) : words(value);
  if (DIFFERENCE.test(name)) return units.difference(value);
  if (TEMPERATURE.test(name)) return units.temperature(value);
  if (name.endsWith('flow_rate')) return name.startsWith('cumulated') ? units.volume(value) : units.flow(value);
  return [plain(value), OTHER[name]].filter(Boolean).join(' ');
}
