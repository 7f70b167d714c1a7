// What happened, the newest first.

import { read } from '../api.js';
import { el, fill, say, show } from '../dom.js';
import { lock, onEvent } from '../store.js';
import { date, dayText, midnight, now, when } from '../time.js';
import { sentence, stop } from '../words.js';
import { onceSeen, section } from './section.js';

const PAGE = 30;

// Who asked, in words.
const ASKED = { api: 'the interface', page: 'this page', homeassistant: 'Home Assistant', top: 'the terminal' };

/** The section of events. */
export class Events {
  #id;
  #events = [];
  #reading = false;
  #heard = []; // the last of those that were told as they happened
  #day = ''; // on which they were drawn

  constructor(id) {
    this.#id = id;
    this.list = el('ol', { class: 'events' });
    this.text = el('p', { class: 'quiet', role: 'status' }, 'Reading…');
    this.more = el('button', { class: 'button', type: 'button', on: { click: () => this.#older() } }, 'Earlier');
    show(this.more, false);
    this.element = section('Events', 'events', null, this.text, this.list, this.more);
    this.observer = onceSeen(this.element, () => this.#load());
    this.end = onEvent((event) => {
      if (event === null) this.#load();
      else if (event.heater === id) this.#add(event);
    });
  }

  update() {
    if (this.#events.length && this.#day !== dayText(now())) this.#draw(''); // today is yesterday now
  }

  close() {
    this.observer.disconnect();
    this.end();
  }

  async #ask(parameters) {
    return (await read('events', { heater: this.#id, limit: PAGE, ...parameters })).events;
  }

  async #load() {
    if (this.#reading) return;
    this.#reading = true;
    try {
      const events = await this.#ask({});
      show(this.more, events.length === PAGE);
      // The history has an event a moment after it is told.
      const isNew = (event) => (events.length === 0 || !isBefore(event, events[0])) && !events.some((one) => same(one, event));
      this.#events = [...this.#heard.filter(isNew), ...events];
      this.#draw('Nothing has happened since this was started.');
    } catch (error) {
      if (error.locked) lock();
      this.#draw(stop(sentence(error.message)));
    } finally {
      this.#reading = false;
    }
  }

  async #older() {
    this.more.disabled = true;
    try {
      const older = await this.#ask({ before: this.#events.at(-1)?.id });
      this.#events.push(...older);
      show(this.more, older.length === PAGE);
      this.#draw('');
    } catch (error) {
      if (error.locked) lock();
      say(this.text, stop(sentence(error.message)));
      show(this.text, true);
    } finally {
      this.more.disabled = false;
    }
  }

  #add(event) {
    this.#heard = [event, ...this.#heard].slice(0, PAGE);
    this.#events.unshift(event);
    this.#draw('');
  }

  #draw(empty) {
    this.#day = dayText(now());
    show(this.text, this.#events.length === 0);
    say(this.text, empty);
    const days = Map.groupBy?.(this.#events, dayOf) ?? group(this.#events);
    fill(this.list, [...days].map(([day, events]) => el('li', null, el('h3', null, day), el('ol', null, events.map(line)))));
  }
}

const dayOf = (event) => {
  const at = Date.parse(event.at), day = dayText(at);
  if (day === dayText(now())) return 'Today';
  return day === dayText(midnight(now(), -1)) ? 'Yesterday' : date('day', at);
};

const isBefore = (one, other) => Date.parse(one.at) < Date.parse(other.at);
const same = (one, other) => Date.parse(one.at) === Date.parse(other.at) && one.class === other.class && one.text === other.text;

function group(events) {
  const days = new Map();
  for (const event of events) days.set(dayOf(event), [...(days.get(dayOf(event)) ?? []), event]);
  return days;
}

function line(event) {
  const end = event.result?.end;
  return el('li', { class: `event event-${event.class}`, 'data-end': end },
    el('time', { datetime: event.at, title: when(Date.parse(event.at)) }, date('clock', Date.parse(event.at))),
    el('span', null, sentence(event.text),
      event.result?.error && !event.text.includes(event.result.error) && `: ${event.result.error}`,
      event.by && el('span', { class: 'hint' }, ` · by ${ASKED[event.by] ?? event.by}`)));
}
