// Asking before a command is given, and telling how it ended.

import { command as give } from '../api.js';
import { el, fill, icon, show } from '../dom.js';
import { connection, lock } from '../store.js';
import { sentence, stop } from '../words.js';

// How the ends of a command are told: an icon, a headline, and what it means.
const ENDS = {
  'done': ['check', 'Done', ''],
  'refused': ['cross', 'Refused', 'Nothing was changed.'],
  'not sent': ['cross', 'Not sent', 'Nothing was changed.'],
  'outcome unknown': ['question', 'Outcome unknown',
    'It may have been done or not, and is not repeated by itself. What is shown is what the heater said last.'],
};

const DONE_FOR = 8000;

/** How long a control shows what was done before the status must say so, in milliseconds. */
export const HOLD = 4000;

/**
 * A place under a control that asks, waits and tells. One question at a time; `settled`
 * is called with its end, or "" when it was taken back: the control shows what is again.
 */
export class Asking {
  #heater;
  #settled;
  #number = 0;
  #from = null; // what had the focus when it was asked

  /** Elements that rest while a command is under way: another wish would hide how it ends. */
  resting = [];

  constructor(heater, settled = () => {}) {
    this.#heater = heater;
    this.#settled = settled;
    this.element = el('div', { class: 'asking', role: 'status', tabindex: '-1', on: { keydown: (event) => event.key === 'Escape' && !this.waiting && this.close() } });
    show(this.element, false);
  }

  /** Tells whether a question is open or a command under way. */
  get open() {
    return this.waiting || (!this.element.hidden && this.element.dataset.end === undefined);
  }

  /** Tells whether a command is under way. */
  get waiting() {
    return !this.element.hidden && this.element.dataset.end === 'waiting';
  }

  /**
   * Asks `question` with what it `means`; `verb` is on the button. Then gives the command,
   * or does `act`, which returns a result.
   */
  ask({ question, means, verb, name, members, act, danger }) {
    const yes = el('button', { class: danger ? 'button danger' : 'button primary', type: 'button', on: { click: () => this.#go(name, members, act) } }, verb);
    const no = el('button', { class: 'button', type: 'button', on: { click: () => this.close() } }, 'Cancel');
    delete this.element.dataset.end;
    if (!this.#focused) this.#from = document.activeElement;
    this.#fill(el('p', { class: 'asking-question' }, question), means && el('p', null, means), el('div', { class: 'buttons' }, yes, no));
    this.confirm = () => yes.focus();
  }

  /** Puts the focus on the button that confirms. */
  confirm = () => {};

  /** Takes the question back. The focus goes back to where it was. */
  close() {
    const focused = this.#focused;
    this.#number++;
    show(this.element, false);
    this.#settled('');
    if (focused) this.#from?.focus();
  }

  get #focused() {
    return this.element.matches(':focus-within');
  }

  #fill(...children) {
    this.#number++;
    fill(this.element, ...children);
    show(this.element, true);
  }

  #go(name, members, act) {
    return this.run(act ?? (() => give(this.#heater, name, members)), (result) => this.tell(result));
  }

  /** Does `act`, which returns a result, shows that it waits, and has `then` tell the result. */
  async run(act, then) {
    // What would not arrive is not tried: nobody could tell it from what was cut off.
    if (connection().state !== 'live') return then({ end: 'not sent', error: 'this page has no connection to nwp500' });
    this.element.dataset.end = 'waiting';
    this.#fill(el('p', { class: 'asking-wait' }, el('span', { class: 'spinner', 'aria-hidden': 'true' }), 'Waiting for the heater’s answer…'));
    this.element.focus();
    this.#rest(true);
    try {
      await then(await act());
    } catch (error) {
      this.close();
      if (!error.locked) throw error;
      lock();
    } finally {
      this.#rest(false);
    }
  }

  #rest(whether) {
    for (const element of this.resting) element.inert = whether;
  }

  /** Tells how a command ended, with buttons that lead on. */
  tell(result, ...buttons) {
    const [symbol, headline, means] = ENDS[result.end] ?? ENDS['outcome unknown'];
    this.element.dataset.end = result.end;
    const asks = result.end === 'outcome unknown' && buttons.length === 0 && el('button', {
      class: 'button', type: 'button', on: { click: () => this.#go('refresh') },
    }, 'Ask the heater now');
    this.#fill(
      el('p', { class: 'asking-end' }, icon(symbol), el('strong', null, headline),
        result.error && el('span', null, stop(sentence(result.error)))),
      means && !result.stale && el('p', null, means),
      result.end === 'done' ? null : el('div', { class: 'buttons' }, asks, ...buttons,
        el('button', { class: 'button', type: 'button', on: { click: () => this.close() } }, 'Close')));
    this.#settled(result.end);
    if (result.end !== 'done') return;
    const number = this.#number, hide = () => number === this.#number && show(this.element, false);
    setTimeout(() => {
      // Where the focus is nothing vanishes: whoever goes on with the keyboard goes on from there.
      if (this.#focused) this.element.addEventListener('focusout', hide, { once: true });
      else hide();
    }, DONE_FOR);
  }
}
