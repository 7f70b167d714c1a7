// A week as a grid of days and hours, with blocks in it.

import { el, fill } from '../dom.js';
import { clockText, DAYS } from './days.js';

const DAY = 24 * 60;
const SNAP = 30;

/**
 * A week. `pick(block)` is called when a block is chosen, `add(day, minutes)` when an
 * empty place is: day is one of DAYS. The arrow keys go from block to block.
 */
export class Week {
  #pick;
  #blocks = [];
  #at = null; // the block that Tab reaches

  constructor({ label, pick, add }) {
    this.#pick = pick;
    this.columns = DAYS.map((day) => el('div', {
      class: 'week-day', on: { click: (event) => event.target === event.currentTarget && add(day, this.#time(event)) },
    }));
    const hours = [0, 6, 12, 18, 24].map((hour) => {
      const mark = el('span', { class: 'week-hour' }, clockText((hour % 24) * 60).replace(':00', ''));
      mark.style.top = `${hour / 24 * 100}%`;
      return mark;
    });
    this.grid = el('div', { class: 'week-grid', role: 'group', 'aria-label': label, on: { keydown: (event) => this.#key(event) } },
      el('div', { class: 'week-hours', 'aria-hidden': 'true' }, hours), this.columns);
    this.element = el('div', { class: 'week' },
      el('div', { class: 'week-head', 'aria-hidden': 'true' }, el('span'), DAYS.map((day) => el('span', null, day.short))), this.grid);
  }

  #time(event) {
    const { top, height } = event.currentTarget.getBoundingClientRect();
    return Math.max(0, Math.min(DAY - SNAP, Math.floor((event.clientY - top) / height * DAY / SNAP) * SNAP));
  }

  /**
   * Draws blocks: {index, start, end, type, text, short, label, entry, faint, mark}. Index is that of a day,
   * start and end are minutes of it, text and short what is written in it, label what tells it
   * whole; a mark has no length.
   */
  draw(blocks) {
    const held = this.grid.contains(document.activeElement) ? this.#blocks.findIndex(({ button }) => button === document.activeElement) : -1;
    this.#blocks = [];
    this.columns.forEach((column, i) => {
      const of = blocks.filter(({ index }) => index === DAYS[i].index).sort((a, b) => a.start - b.start);
      fill(column, of.map((block) => this.#block(block, i)));
    });
    this.#reach(this.#blocks[Math.max(0, held)] ?? null);
    if (held >= 0) this.#at?.button.focus();
  }

  #block(block, column) {
    const length = block.mark ? 0 : block.end - block.start;
    const button = el('button', {
      type: 'button', tabindex: '-1', 'aria-label': block.label, title: block.label,
      class: `block ${block.type}${block.faint ? ' faint' : ''}${block.mark ? ' mark' : ''}`, on: { click: () => this.#pick(block) },
    }, !block.mark && length >= 70 && el('span', { class: 'block-long' }, block.text), !block.mark && length >= 70 && el('span', { class: 'block-short' }, block.short));
    button.style.top = `${block.start / DAY * 100}%`;
    if (!block.mark) button.style.height = `${length / DAY * 100}%`;
    this.#blocks.push({ ...block, button, column });
    return button;
  }

  #reach(block) {
    if (this.#at) this.#at.button.tabIndex = -1;
    this.#at = block;
    if (block) block.button.tabIndex = 0;
  }

  #key(event) {
    const at = this.#blocks.find(({ button }) => button === event.target);
    if (!at) return;
    const here = this.#blocks.filter(({ column }) => column === at.column), i = here.indexOf(at);
    const beside = (by) => {
      for (let column = at.column + by; column >= 0 && column < 7; column += by) {
        const there = this.#blocks.filter((block) => block.column === column);
        if (there.length) return there.reduce((best, block) => (Math.abs(block.start - at.start) < Math.abs(best.start - at.start) ? block : best));
      }
      return null;
    };
    const moves = {
      ArrowDown: () => here[i + 1], ArrowUp: () => here[i - 1], ArrowLeft: () => beside(-1), ArrowRight: () => beside(1),
      Home: () => this.#blocks[0], End: () => this.#blocks.at(-1),
    };
    if (!(event.key in moves)) return;
    event.preventDefault();
    const to = moves[event.key]();
    if (!to) return;
    this.#reach(to);
    to.button.focus();
  }
}

/**
 * Spreads what happens at times of the week into blocks that last until the next:
 * `happenings` are {index, minutes, …}; `make(happening, index, start, end, begins)` makes a block.
 */
export function untilNext(happenings, make) {
  const WEEK = 7 * DAY;
  const order = happenings.map((one) => ({ one, at: one.index * DAY + one.minutes })).sort((a, b) => a.at - b.at);
  return order.flatMap(({ one, at }, i) => {
    const next = order[(i + 1) % order.length].at, end = next > at ? next : next + WEEK;
    const blocks = [];
    for (let start = at; start < end;) {
      const until = Math.min(end, (Math.floor(start / DAY) + 1) * DAY);
      const day = Math.floor(start / DAY) % 7;
      blocks.push(make(one, day, start % DAY, until - Math.floor(start / DAY) * DAY, start === at));
      start = until;
    }
    return blocks;
  });
}
