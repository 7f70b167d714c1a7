// What an owner can set: temperature, mode, vacation, power. Each is asked about first:
// a changed setpoint or mode can start the compressor.

import { el, fill, newID, say, show } from '../dom.js';
import { connection } from '../store.js';
import { counted, MODES, modeName } from '../words.js';
import { Asking, HOLD } from './command.js';
import { row } from './row.js';
import { Setpoint } from './setpoint.js';

/** The controls of a heater. */
export class Controls {
  #rows;

  constructor(id) {
    this.#rows = [new Setpoint(id), new Mode(id), new Vacation(id), new Power(id)];
    this.fieldset = el('fieldset', { class: 'controls' },
      el('legend', { class: 'visually-hidden' }, 'Settings'), this.#rows.map((row) => row.element));
    this.reason = el('p', { class: 'hint' });
    this.element = el('div', null, this.fieldset, this.reason);
  }

  update(heater) {
    const reason = connection().state !== 'live' ? 'Settings are locked while this page has no connection.'
      : !heater.status || !heater.features ? 'Settings come with the heater’s first answer.' : '';
    this.fieldset.disabled = reason !== '';
    say(this.reason, reason);
    show(this.reason, reason !== '');
    for (const row of this.#rows) row.update(heater);
  }
}

// Mode is how the water is heated: those of the modes that the heater has.
class Mode {
  #heater = null;
  #shown = ''; // the modes there are
  #held = ''; // the mode just set

  constructor(id) {
    this.asking = new Asking(id, (end) => this.#settle(end));
    this.group = el('div', { class: 'modes', role: 'radiogroup', 'aria-label': 'Mode' });
    this.element = row(el('span', { class: 'control-name tall' }, 'Mode'), this.group, this.asking, { id: 'mode' });
  }

  update(heater) {
    this.#heater = heater;
    const there = Object.keys(MODES).filter((mode) => heater.features?.[MODES[mode].feature] !== false);
    if (this.#shown !== there.join()) {
      this.#shown = there.join();
      const name = newID('mode');
      fill(this.group, there.map((mode) => this.#option(mode, name)));
    }
    if (!this.asking.open && (!this.#held || this.#held === heater.status?.dhw_operation_setting)) this.#reset();
  }

  // What is done is shown at once: the status that says so follows within a second.
  #settle(end) {
    if (end !== 'done') return this.#reset();
    this.#held = this.group.querySelector(':checked')?.value ?? '';
    setTimeout(() => this.#reset(), HOLD);
  }

  #option(mode, name) {
    return el('label', { class: 'mode' },
      el('input', { type: 'radio', name, value: mode, on: { change: () => this.#propose(mode) } }),
      el('span', { class: 'mode-name' }, MODES[mode].name), el('span', { class: 'mode-about' }, MODES[mode].about));
  }

  #reset() {
    this.#held = '';
    if (this.asking.open) return;
    const actual = this.#heater?.status?.dhw_operation_setting;
    for (const input of this.group.querySelectorAll('input')) input.checked = input.value === actual;
  }

  #propose(mode) {
    const actual = this.#heater.status?.dhw_operation_setting;
    if (mode === actual) {
      this.asking.close();
      return;
    }
    this.asking.ask({
      question: `Change the mode to ${modeName(mode).toLowerCase()}?`,
      means: actual === 'vacation' ? 'This ends the vacation.' : actual === 'power_off' ? 'The heater is off: turn it on first if this is refused.' : '',
      verb: 'Change the mode', name: 'mode', members: { mode },
    });
  }
}

// Vacation lets the heater rest for some days.
class Vacation {
  constructor(id) {
    const days = newID('days');
    this.asking = new Asking(id);
    this.days = el('input', { id: days, class: 'number', type: 'number', min: '1', max: '30', step: '1', value: '7', required: true });
    this.start = el('button', { class: 'button', type: 'button', on: { click: () => this.#begin() } }, 'Start…');
    this.end = el('button', { class: 'button', type: 'button', on: { click: () => this.#finish() } }, 'End…');
    this.text = el('span', { class: 'hint' });
    this.choice = el('span', { class: 'inline' }, this.days, el('label', { for: days }, 'days'), this.start);
    this.element = row(el('div', null, el('span', { class: 'control-name' }, 'Vacation'), this.text),
      el('div', { class: 'inline' }, this.choice, this.end), this.asking, { id: 'vacation' });
  }

  update(heater) {
    const status = heater.status ?? {}, on = status.dhw_operation_setting === 'vacation';
    show(this.element, heater.features?.holiday_use !== false);
    show(this.choice, !on);
    show(this.end, on);
    const days = status.vacation_day_setting;
    say(this.text, on ? `Resting for ${counted(days ?? '?', 'day')}, and warm again when they are over.` : 'Rests, and is warm again when you return.');
  }

  #begin() {
    if (!this.days.reportValidity()) return;
    const days = this.days.valueAsNumber;
    this.asking.ask({
      question: `Let the heater rest for ${counted(days, 'day')}?`,
      means: 'Until then the weekly program does nothing. It heats again some hours before the time is up.',
      verb: 'Start the vacation', name: 'vacation', members: { on: true, days },
    });
    this.asking.confirm();
  }

  #finish() {
    this.asking.ask({ question: 'End the vacation now?', means: '', verb: 'End the vacation', name: 'vacation', members: { on: false } });
    this.asking.confirm();
  }
}

// Power turns the heater on and off.
class Power {
  #on = true;

  constructor(id) {
    this.asking = new Asking(id);
    this.text = el('span', { class: 'hint' });
    this.button = el('button', { class: 'button', type: 'button', on: { click: () => this.#propose() } });
    this.element = row(el('div', null, el('span', { class: 'control-name' }, 'Power'), this.text), this.button, this.asking, { id: 'power' });
  }

  update(heater) {
    const setting = heater.status?.dhw_operation_setting;
    show(this.element, heater.features?.power_use !== false);
    this.#on = setting !== 'power_off';
    say(this.text, setting === undefined ? '' : this.#on ? 'On' : 'Off: the water is not kept warm.');
    say(this.button, this.#on ? 'Turn off…' : 'Turn on…');
  }

  #propose() {
    this.asking.ask(this.#on
      ? { question: 'Turn the heater off?', means: 'The water cools until it is turned on again; the weekly program can turn it on, too.', verb: 'Turn off', name: 'power', members: { on: false }, danger: true }
      : { question: 'Turn the heater on?', means: 'It goes back to the mode that it had.', verb: 'Turn on', name: 'power', members: { on: true } });
    this.asking.confirm();
  }
}
