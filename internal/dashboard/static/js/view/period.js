// A stretch of time that is looked at: a day, a week, a month or a year, now or earlier.

import { el, fill, icon, say } from '../dom.js';
import { date, midnight, now } from '../time.js';

const HOUR = 3_600_000, DAY = 24 * HOUR;

// Calendar has the periods of bills: months and years as a calendar has them.
const CALENDAR = {
  month: { begin: (d) => d.setDate(1), move: (d, n) => d.setMonth(d.getMonth() + n), name: (from) => date('month', from) },
  year: { begin: (d) => d.setMonth(0, 1), move: (d, n) => d.setFullYear(d.getFullYear() + n), name: (from) => String(new Date(from).getFullYear()) },
};

// Recent has periods that reach up to now, and as many days before them as they are long.
const RECENT = { day: 1, week: 7, month: 30, year: 365 };

/** Returns the calendar's month or year, `back` of them ago: {from, to, name}. */
export function calendarPeriod(kind, back) {
  const { begin, move, name } = CALENDAR[kind], start = midnight(now());
  begin(start);
  move(start, -back);
  const end = new Date(start);
  move(end, 1);
  return { kind, from: start.getTime(), to: end.getTime(), name: name(start.getTime()) };
}

/** Returns the last day, week, month or year up to now, or one before it: {from, to, name}. */
export function recentPeriod(kind, back) {
  if (kind === 'day' && back === 0) {
    const to = Math.ceil(now() / HOUR) * HOUR;
    return { kind, from: to - DAY, to, name: 'Last 24 hours' };
  }
  const days = RECENT[kind], to = midnight(now(), 1 - days * back).getTime(), from = midnight(now(), 1 - days * (back + 1)).getTime();
  const form = kind === 'year' ? 'shortMonthYear' : 'shortDay';
  return { kind, from, to, name: kind === 'day' ? date('day', from) : `${date(form, from)} – ${date(form, to - 1)}` };
}

/** Buttons that go to earlier and later periods, with the name of the one shown. */
export class Pager {
  #name = el('span', { class: 'pager-name', 'aria-live': 'polite' });
  #later;
  #back = 0;

  constructor(what, move) {
    const button = (symbol, label, by) => el('button', { class: 'button round small', type: 'button', 'aria-label': label, on: { click: () => move(this.#back + by) } }, icon(symbol));
    this.#later = button('right', `Later ${what}`, -1);
    this.element = fill(el('div', { class: 'pager' }), button('left', `Earlier ${what}`, 1), this.#name, this.#later);
  }

  /** Shows which period it is. */
  show(shown, back) {
    this.#back = back;
    say(this.#name, shown.name);
    this.#later.disabled = back === 0;
  }
}
