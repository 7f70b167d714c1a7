// The temperature that the heater keeps its water at.

import { el, icon, newID, say } from '../dom.js';
import { known, unitsOf } from '../units.js';
import { Asking, HOLD } from './command.js';
import { row } from './row.js';

/** Setpoint is the temperature of the water, by half degrees Celsius or whole ones Fahrenheit. */
export class Setpoint {
  #typing = false; // something stands in the field that is no temperature yet
  #draft = null; // degrees as they are shown, null when it is as the heater has it
  #heater = null;
  #units = null;

  constructor(id) {
    const input = newID('setpoint');
    this.asking = new Asking(id, (end) => this.#settle(end));
    this.input = el('input', {
      id: input, class: 'setpoint-value', type: 'text', inputmode: 'decimal', autocomplete: 'off', role: 'spinbutton',
      on: {
        keydown: (event) => this.#key(event), keyup: (event) => this.#confirm(event), focus: () => this.input.select(),
        input: () => this.#typed(false), change: () => this.#typed(true),
      },
    });
    this.unit = el('span', { class: 'setpoint-unit', 'aria-hidden': 'true' });
    const button = (name, label, by) => el('button', {
      class: 'button round', type: 'button', tabindex: '-1', 'aria-label': label, on: { click: () => this.#step(by) },
    }, icon(name));
    this.limits = el('span', { class: 'hint' });
    this.element = row(
      el('div', null, el('label', { for: input, class: 'control-name' }, 'Water temperature'), this.limits),
      el('div', { class: 'setpoint' }, button('minus', 'Cooler', -1), el('span', { class: 'setpoint-field' }, this.input, this.unit), button('plus', 'Warmer', 1)),
      this.asking, { id: 'setpoint' });
  }

  update(heater) {
    this.#heater = heater;
    const units = unitsOf(heater);
    if (units !== this.#units) this.#measure(units);
    say(this.unit, units.symbol);
    const { least, most } = this.#range();
    say(this.limits, known(least) && known(most) ? `${units.setting(least).replace(/[\s\u00a0].*/, '')} to ${units.setting(most)}` : '');
    for (const [name, value] of [['valuemin', least], ['valuemax', most]]) {
      if (known(value)) this.input.setAttribute(`aria-${name}`, Math.round(units.degrees(value) * 10) / 10);
    }
    if (!this.asking.open && this.#draft === this.#actual()) this.#draft = null;
    if (this.#draft === null && !this.#typing) this.#show(this.#actual());
    if (this.#draft === null) this.#announce(this.#actual());
  }

  // In other units what was wished for would be another temperature: 120 °F are no 120 °C.
  #measure(units) {
    this.#units = units;
    this.#draft = null;
    this.#typing = false;
    if (this.asking.open && !this.asking.waiting) this.asking.close();
  }

  #range() {
    const { dhw_temperature_min: least, dhw_temperature_max: most } = this.#heater.features ?? {};
    return { least, most };
  }

  // The heater's own value in the units shown, rounded as they are set.
  #actual() {
    const celsius = this.#heater.status?.dhw_temperature_setting;
    return known(celsius) ? this.#round(unitsOf(this.#heater).degrees(celsius)) : null;
  }

  #stepWidth() {
    if (unitsOf(this.#heater).symbol === '°F') return 1;
    return this.#heater.features?.dhw_temperature_setting_use === 3 ? 1 : 0.5;
  }

  #round(degrees) {
    const step = this.#stepWidth();
    return Math.round(degrees / step) * step;
  }

  #show(degrees) {
    this.#typing = false;
    this.input.value = degrees === null ? '–' : String(degrees);
  }

  #announce(degrees) {
    if (degrees === null) return;
    this.input.setAttribute('aria-valuenow', degrees);
    this.input.setAttribute('aria-valuetext', `${degrees} ${this.unit.textContent}`);
  }

  #step(by) {
    this.#propose((this.#draft ?? this.#actual() ?? 50) + by * this.#stepWidth());
  }

  #key(event) {
    const steps = { ArrowUp: 1, ArrowDown: -1, PageUp: 5, PageDown: -5 };
    if (event.key in steps) {
      event.preventDefault();
      this.#step(steps[event.key]);
    } else if (event.key === 'Escape' && this.#draft !== null) {
      this.asking.close();
    } else if (event.key === 'Enter') {
      event.preventDefault();
      this.#typed(true);
    }
  }

  // The focus moves when Enter is let go: a key that is held must not confirm by itself.
  #confirm(event) {
    if (event.key === 'Enter' && this.asking.open) this.asking.confirm();
  }

  // Typing is taken as it goes when it is a temperature that can be, and when it is done, bounded.
  #typed(done) {
    this.#typing = !done;
    const degrees = Number(this.input.value.replace(',', '.'));
    if (this.input.value.trim() === '' || Number.isNaN(degrees)) {
      if (done) this.asking.close();
      return;
    }
    // What is shown already was not typed.
    if (done && degrees === (this.#draft ?? this.#actual())) return;
    if (done || this.#bound(degrees) === degrees) this.#propose(degrees, done);
  }

  #bound(degrees) {
    const { least, most } = this.#range(), units = unitsOf(this.#heater), step = this.#stepWidth();
    // What is rounded to a limit is allowed, as 150 °F are to 65.5 °C: half of half a degree Celsius is 0.45 °F.
    const from = known(least) ? Math.ceil(units.degrees(least) / step - 0.45) * step : -Infinity;
    const to = known(most) ? Math.floor(units.degrees(most) / step + 0.45) * step : Infinity;
    return Math.min(to, Math.max(from, this.#round(degrees)));
  }

  #propose(degrees, show = true) {
    degrees = this.#bound(degrees);
    if (show) this.#show(degrees);
    this.#announce(degrees);
    if (degrees === this.#actual()) {
      if (this.asking.open) this.asking.close();
      return;
    }
    this.#draft = degrees;
    const units = unitsOf(this.#heater), { least, most } = this.#range();
    const celsius = Math.min(most ?? Infinity, Math.max(least ?? -Infinity, Math.round(units.celsius(degrees) * 2) / 2));
    const text = `${degrees} ${units.symbol}`;
    this.asking.ask({
      question: `Set the water to ${text}?`,
      means: celsius >= 60 ? 'Water of 60 °C (140 °F) and more scalds at the tap unless a mixing valve cools it.' : '',
      verb: `Set to ${text}`, name: 'temperature', members: { celsius },
    });
  }

  // What is done is shown at once: the status that says so follows within a second.
  #settle(end) {
    if (end !== 'done') return this.#reset();
    const draft = this.#draft;
    setTimeout(() => this.#draft === draft && !this.asking.open && this.#reset(), HOLD);
  }

  #reset() {
    this.#draft = null;
    if (!this.#heater) return;
    this.#show(this.#actual());
    this.#announce(this.#actual());
  }
}
