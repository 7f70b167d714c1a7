// The recirculation pump: when it runs, and the button for hot water now.

import { el, newID } from '../dom.js';
import { connection } from '../store.js';
import { PUMP_MODES } from '../words.js';
import { Asking } from './command.js';

/** What stands above the timetable of the pump. */
export class Pump {
  #mode = null;

  constructor(id) {
    this.asking = new Asking(id, () => this.#reset());
    const name = newID('pump');
    this.inputs = Object.keys(PUMP_MODES).map((mode) => el('input', { type: 'radio', name, value: mode, on: { change: () => this.#propose(mode) } }));
    this.hot = el('button', { class: 'button', type: 'button', on: { click: () => this.#press() } }, 'Hot water now…');
    this.group = el('div', { class: 'modes', role: 'radiogroup', 'aria-label': 'Mode of the pump' }, this.inputs.map((input) =>
      el('label', { class: 'mode' }, input, el('span', { class: 'mode-name' }, PUMP_MODES[input.value].name), el('span', { class: 'mode-about' }, PUMP_MODES[input.value].about))));
    this.asking.resting = [this.group, this.hot];
    this.element = el('div', { class: 'pump-controls' }, this.group, el('div', null, this.hot), this.asking.element);
  }

  update(heater) {
    this.#mode = heater.status?.recirc_operation_mode ?? null;
    const locked = connection().state !== 'live';
    for (const control of [...this.inputs, this.hot]) control.disabled = locked;
    if (!this.asking.open) this.#reset();
  }

  #reset() {
    for (const input of this.inputs) input.checked = input.value === this.#mode;
  }

  #propose(mode) {
    if (mode === this.#mode) {
      this.asking.close();
      return;
    }
    this.asking.ask({ question: `Change the pump to “${PUMP_MODES[mode].name}”?`, means: '', verb: 'Change it', name: 'recirculation-mode', members: { mode } });
  }

  #press() {
    this.asking.ask({ question: 'Bring hot water to the taps now?', means: 'The pump runs until it is there.', verb: 'Run the pump', name: 'hot-button', members: {} });
    this.asking.confirm();
  }
}
