// A chart of bars that stand on each other, one a day or a month.

import { attribute, el, fill, say, svg } from '../dom.js';
import { known } from '../units.js';
import { scale, ticks, widen } from './scale.js';

const MARGIN = { left: 48, right: 12, top: 10, bottom: 26 };

/** A chart. `title` names it; `chosen` is called with the number of the bar that is looked at, or null. */
export class BarChart {
  #data = null;
  #at = null;
  #width = 0;
  #height;

  constructor({ title, height }) {
    this.#height = height;
    this.svg = svg('svg', { class: 'plot', 'aria-hidden': 'true', focusable: 'false' });
    this.text = el('p', { class: 'reading' });
    this.frame = el('div', {
      class: 'plot-frame', role: 'slider', tabindex: '0', 'aria-orientation': 'horizontal', 'aria-label': `${title}. Arrow keys read the bars.`, 'aria-valuenow': 0,
      on: {
        pointermove: (event) => this.#point(event), pointerdown: (event) => this.#point(event),
        pointerleave: () => this.#choose(null), blur: () => this.#choose(null), keydown: (event) => this.#key(event),
      },
    }, this.svg);
    this.element = el('figure', { class: 'chart' }, this.text, this.frame);
    new ResizeObserver(([entry]) => {
      const width = Math.round(entry.contentRect.width);
      if (width !== this.#width) {
        this.#width = width;
        this.#redraw();
      }
    }).observe(this.frame);
  }

  /**
   * Draws data: {bars, summary, format}. A bar has label (below it), name, parts ([type, value],
   * from below; nothing for unknown) and text, which tells it. `summary` tells all of them.
   */
  draw(data) {
    if (data.bars[this.#at]?.name !== this.#data?.bars[this.#at]?.name) this.#at = null; // the same bar, read anew, is still looked at
    this.#data = data;
    this.#redraw();
  }

  #redraw() {
    if (!this.#data) return;
    this.#tell();
    if (this.#width < 80) return;
    const { bars, format } = this.#data, bottom = this.#height - MARGIN.bottom;
    const most = Math.max(0, ...bars.map(sum));
    const [, high] = widen(0, most || this.#data.room, 4);
    const y = this.y = scale([0, high], [bottom, MARGIN.top]);
    const place = (this.#width - MARGIN.left - MARGIN.right) / Math.max(1, bars.length), width = Math.max(2, Math.min(36, place * 0.68));
    this.place = place;
    const every = Math.ceil(Math.max(1, 30 / place));
    attribute(this.svg, 'viewBox', `0 0 ${this.#width} ${this.#height}`);
    attribute(this.svg, 'height', this.#height);
    this.columns = bars.map((bar, i) => this.#bar(bar, MARGIN.left + (i + 0.5) * place, width, bottom, i % every === 0));
    fill(this.svg,
      ticks(0, high, 4).map((value) => svg('g', null,
        svg('path', { class: 'plot-grid', d: `M${MARGIN.left} ${Math.round(y(value))}H${this.#width - MARGIN.right}` }),
        svg('text', { class: 'plot-text', x: MARGIN.left - 8, y: Math.round(y(value)) + 4, 'text-anchor': 'end' }, format(value)))),
      this.columns,
      !bars.some(({ parts }) => parts.some(([, value]) => known(value))) && svg('text', { class: 'plot-empty', x: (MARGIN.left + this.#width) / 2, y: bottom / 2, 'text-anchor': 'middle' }, 'Nothing is recorded of this time'));
    this.#choose(this.#at);
  }

  #bar(bar, middle, width, bottom, labelled) {
    let base = 0;
    const parts = bar.parts.filter(([, value]) => value > 0).map(([type, value]) => {
      const top = this.y(base + value), height = this.y(base) - top;
      base += value;
      return svg('rect', { class: `plot-bar ${type}`, x: middle - width / 2, y: top, width, height, rx: Math.min(2, width / 4) });
    });
    return svg('g', null, svg('rect', { class: 'plot-column', x: middle - this.place / 2, y: MARGIN.top, width: this.place, height: bottom - MARGIN.top }),
      parts, labelled && svg('text', { class: 'plot-text', x: middle, y: this.#height - 8, 'text-anchor': 'middle' }, bar.label));
  }

  #tell() {
    const { bars, summary } = this.#data, bar = bars[this.#at];
    say(this.text, bar ? `${bar.name}: ${bar.text}` : summary);
    attribute(this.frame, 'aria-valuemin', 0);
    attribute(this.frame, 'aria-valuemax', Math.max(0, bars.length - 1));
    attribute(this.frame, 'aria-valuenow', this.#at ?? Math.max(0, bars.length - 1));
    attribute(this.frame, 'aria-valuetext', this.text.textContent);
  }

  #choose(at) {
    if (!this.#data) return;
    this.#at = at;
    this.columns?.forEach((column, i) => column.classList.toggle('chosen', i === at));
    this.#tell();
  }

  #point(event) {
    if (!this.#data?.bars.length || !this.place) return;
    const at = Math.floor((event.clientX - this.frame.getBoundingClientRect().left - MARGIN.left) / this.place);
    this.#choose(Math.min(this.#data.bars.length - 1, Math.max(0, at)));
  }

  #key(event) {
    if (!this.#data?.bars.length) return;
    const last = this.#data.bars.length - 1, at = this.#at ?? last + 1;
    const moves = { ArrowLeft: at - 1, ArrowRight: at + 1, PageDown: at - 7, PageUp: at + 7, Home: 0, End: last };
    if (event.key === 'Escape') this.#choose(null);
    if (!(event.key in moves)) return;
    event.preventDefault();
    this.#choose(Math.min(last, Math.max(0, moves[event.key])));
  }
}

const sum = (bar) => bar.parts.reduce((total, [, value]) => total + (value ?? 0), 0);
