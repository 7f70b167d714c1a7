// What happened, the newest first.

import { read } from '../api.js';
import { el, fill, say, show } from '../dom.js';
import { lock, onEvent } from '../store.js';
import { date, now, when } from '../time.js';
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

  update() {}

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
      this.#events = await this.#ask({});
      show(this.more, this.#events.length === PAGE);
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
    this.#events.unshift(event);
    this.#draw('');
  }

  #draw(empty) {
    show(this.text, this.#events.length === 0);
    say(this.text, empty);
    const days = Map.groupBy?.(this.#events, dayOf) ?? group(this.#events);
    fill(this.list, [...days].map(([day, events]) => el('li', null, el('h3', null, day), el('ol', null, events.map(line)))));
  }
}

const dayOf = (event) => {
  const at = new Date(event.at), today = new Date(now()), yesterday = new Date(now() - 86_400_000);
  if (at.toDateString() === today.toDateString()) return 'Today';
  return at.toDateString() === yesterday.toDateString() ? 'Yesterday' : date('day', at);
};

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
