// The past of a heater in curves.

import { read } from '../api.js';
import { LineChart } from '../chart/line.js';
import { el, say, show } from '../dom.js';
import { now, when, date } from '../time.js';
import { known, power, unitsOf } from '../units.js';
import { Pager, recentPeriod } from './period.js';
import { Reading } from './reading.js';
import { choice, section } from './section.js';

const TEMPERATURES = [
  ['tank_upper_temperature', 'Upper', 'is-upper'], ['tank_lower_temperature', 'Lower', 'is-lower'], ['dhw_temperature_setting', 'Setpoint', 'is-setpoint'],
];
const POWER = ['current_inst_power', 'Power', 'is-power'];
const PUMP = ['comp_use', 'Heat pump', 'is-pump'];
const ELEMENTS = [['heat_upper_use', 'Elements', 'is-element'], ['heat_lower_use', 'Elements', 'is-element']];
const FIELDS = [...TEMPERATURES, POWER, PUMP, ...ELEMENTS].map(([field]) => field);

// How often what is being recorded is read again, in milliseconds.
const AGAIN = { day: 60_000, week: 300_000, month: 900_000, year: 3_600_000 };

/** The section of curves. */
export class History {
  #id;
  #kind = 'day';
  #back = 0;
  #series = null;
  #units = null;

  constructor(id) {
    this.#id = id;
    const moved = (time) => this.#charts.forEach((chart) => chart.point(time));
    this.temperatures = new LineChart({ title: 'Temperatures', height: 260, moved });
    this.power = new LineChart({ title: 'Power', height: 150, moved });
    this.pager = new Pager('period', (back) => this.#show(this.#kind, back));
    this.text = el('p', { class: 'quiet', role: 'status' });
    this.body = el('div', { class: 'charts' }, this.temperatures.element, this.power.element);
    this.element = section('History', 'history',
      el('div', { class: 'section-tools' }, choice('Period', [['day', 'Day'], ['week', 'Week'], ['month', 'Month'], ['year', 'Year']], 'day', (kind) => this.#show(kind, 0)), this.pager.element),
      this.text, this.body);
    this.reading = new Reading(this.element, {
      ask: (signal) => this.#ask(signal), fail: (text) => this.#tell(text), again: () => (this.#back === 0 ? AGAIN[this.#kind] : 0),
    });
    this.#head();
  }

  get #charts() {
    return [this.temperatures, this.power];
  }

  update(heater) {
    const units = unitsOf(heater);
    if (units === this.#units) return;
    this.#units = units;
    this.#draw();
  }

  close() {
    this.reading.close();
  }

  #show(kind, back) {
    this.#kind = kind;
    this.#back = Math.max(0, back);
    this.#series = null; // if this one cannot be read, another is not shown under its name
    this.reading.start();
  }

  #head() {
    this.period = recentPeriod(this.#kind, this.#back);
    this.pager.show(this.period, this.#back);
  }

  async #ask(signal) {
    this.#head();
    const { from, to } = this.period, moment = (time) => new Date(time).toISOString().replace('.000', '');
    const series = await read(`heaters/${this.#id}/history`, { fields: FIELDS.join(), from: moment(from), to: moment(to), points: 480 }, { signal });
    this.#series = { ...series, period: this.period };
    this.#tell('');
    this.#draw();
  }

  #tell(text) {
    say(this.text, text);
    show(this.text, text !== '');
    show(this.body, text === '' || this.#series !== null);
  }

  #draw() {
    if (!this.#series || !this.#units) return;
    const { period: { from, to, kind }, step_seconds: step, fields } = this.#series, units = this.#units;
    const find = ([field, name, type]) => {
      const curve = fields.find((one) => one.field === field) ?? { times: [], min: [], mean: [], max: [] };
      return { name, type, held: step === 0, until: Math.min(now(), to), min: curve.min, mean: curve.mean, max: curve.max, times: curve.times.map((time) => (time + step / 2) * 1000) };
    };
    const convert = (values) => values.map((value) => (known(value) ? units.degrees(value) : null));
    const degrees = (curve) => ({ ...curve, min: convert(curve.min), mean: convert(curve.mean), max: convert(curve.max) });
    const format = (value, axis) => (axis ? `${Math.round(value)}°` : `${(Math.round(value * 10) / 10).toFixed(1)} ${units.symbol}`);
    const told = (time) => (kind === 'year' || kind === 'month' ? date('day', time) : when(time));
    const share = (curve) => ({ ...curve, min: undefined, times: curve.times.map((time) => time - step * 500) });
    const ribbons = [share(find(PUMP)), either(...ELEMENTS.map(find).map(share))];
    this.temperatures.draw({ from, to, format, room: units.symbol === '°F' ? 20 : 12, curves: TEMPERATURES.map(find).map(degrees), ribbons, when: told });
    this.power.draw({ from, to, format: (value, axis) => (axis ? (value < 1000 ? `${value} W` : `${value / 1000} kW`) : power(value)), room: 500, least: 0, curves: [{ ...find(POWER), area: true }], when: told });
  }
}

// What two ribbons are together: as much as the one that is more, from each time of either.
function either(one, other) {
  const times = [...new Set([...one.times, ...other.times])].sort((a, b) => a - b);
  const at = (ribbon, time) => ribbon.mean[ribbon.times.findLastIndex((from) => from <= time)] ?? null;
  const mean = times.map((time) => {
    const shares = [at(one, time), at(other, time)].filter(known);
    return shares.length ? Math.max(...shares) : null;
  });
  return { ...one, times, mean };
}
