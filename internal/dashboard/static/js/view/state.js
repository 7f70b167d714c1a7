// How a heater can be reached, in words: in a line for lists, and at length.

import { el, fill, icon, say, show } from '../dom.js';
import { connect, connection, isLive } from '../store.js';
import { ago, when } from '../time.js';
import { sentence, stop } from '../words.js';

// The states of a heater's connection: a word or two, a headline, and what it means.
const STATES = {
  connecting: ['Connecting', 'Connecting to the account', 'nwp500 signs in and looks for the heater. That takes a few seconds.'],
  up: ['Connected', 'The heater was not heard lately', 'It is connected; what is shown may be old.'],
  down: ['Interrupted', 'The connection to the cloud is interrupted', 'It is made anew by itself. The heater goes on without it.'],
  silent: ['Silent', 'The heater does not answer', 'The cloud is there, the heater is not: it may lack power or WiFi.'],
  refused: ['Sign-in needed', 'The account’s credentials are refused', 'Nothing is tried until they change.'],
};

const UNKNOWN = ['Unknown', 'The connection is in a state that this page does not know', ''];

/** A short line on a heater's state: a dot, a word and the age of what is shown. */
export class Pulse {
  #word = el('span');
  element = el('p', { class: 'pulse' }, el('span', { class: 'dot', 'aria-hidden': 'true' }), this.#word);

  update(heater) {
    const link = connection().state, live = isLive(heater);
    const state = link !== 'live' ? 'lost' : live ? 'live' : heater.connection.state;
    this.element.dataset.state = state;
    const word = live ? 'Live' : link === 'connecting' ? 'Connecting' : link !== 'live' ? 'Not connected' : (STATES[state] ?? UNKNOWN)[0];
    say(this.#word, heater.status_at ? `${word} · heard ${ago(Date.parse(heater.status_at))}` : word);
  }
}

/** A notice above a heater that is not heard as it should be. */
export class Notice {
  #headline = el('strong');
  #text = el('p');
  #button = el('button', { class: 'button', type: 'button', on: { click: connect } }, 'Try now');
  element = el('section', { class: 'notice', role: 'status', 'aria-label': 'Connection' },
    icon('clock'), el('div', null, this.#headline, this.#text), this.#button);

  update(heater) {
    const link = connection();
    const [headline, text] = link.state === 'live' ? ofHeater(heater) : ofPage(link, heater);
    show(this.element, headline !== '');
    show(this.#button, link.state === 'lost');
    say(this.#headline, headline);
    say(this.#text, text);
  }
}

function ofPage(link, heater) {
  // A page that has just begun, or has just woken up, says so in its pulse.
  if (link.state === 'connecting' && !link.heard) return ['', ''];
  const from = heater?.status_at ? `What is shown is from ${when(Date.parse(heater.status_at))}. ` : '';
  return [link.state === 'connecting' ? 'Connecting again' : 'No connection to nwp500',
    `${from}${link.error ? `${stop(sentence(link.error))} ` : ''}It is tried again by itself.`];
}

function ofHeater(heater) {
  const { state, fresh, since, error, advice } = heater.connection;
  if (state === 'up' && fresh) return ['', ''];
  // A page that has just begun says so where the heater's doings will stand.
  if (state === 'connecting' && !heater.status && !error) return ['', ''];
  const [, headline, means] = STATES[state] ?? UNKNOWN;
  const parts = [];
  if (state !== 'connecting' && since) parts.push(`Since ${when(Date.parse(since))}.`);
  if (heater.status_at) parts.push(`What is shown is from ${when(Date.parse(heater.status_at))}.`); // its age, which a reader would tell again and again, stands elsewhere
  if (error && error !== headline.toLowerCase()) parts.push(stop(sentence(error)));
  parts.push(advice ? stop(sentence(advice)) : means);
  return [headline, parts.join(' ')];
}

/** A fault, its meaning and what to do. */
export class FaultNotice {
  #name = el('h2');
  #detail = el('p');
  #advice = el('p');
  element = el('section', { class: 'notice fault', role: 'alert' },
    icon('alert'), el('div', null, this.#name, this.#detail, this.#advice));

  update(heater) {
    const { fault } = heater;
    show(this.element, fault !== null && fault !== undefined);
    if (!fault) return;
    say(this.#name, faultTitle(fault));
    say(this.#detail, fault.detail ? stop(sentence(fault.detail)) : '');
    show(this.#detail, Boolean(fault.detail));
    say(this.#advice, fault.advice ? `What to do: ${stop(fault.advice)}` : 'What to do: the manual’s list of error codes says what this one means; an installer can help.');
  }
}

/** Names a fault with its code: "E799 water leak". */
export function faultTitle(fault) {
  const code = `E${String(fault.code).padStart(3, '0')}`;
  return fault.name?.startsWith('E') ? fault.name : `${code} ${fault.name ?? ''}`.trim();
}

/** Fills an element with a line that says something is under way. */
export const waitingFor = (element, text) =>
  fill(element, el('p', { class: 'quiet' }, el('span', { class: 'spinner', 'aria-hidden': 'true' }), text));
