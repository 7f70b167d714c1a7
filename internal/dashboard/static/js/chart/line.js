// A chart of curves over time, with bands from the least to the most, gaps where nothing
// is known, and a cursor that the keyboard moves, too.

import { attribute, el, fill, say, svg } from '../dom.js';
import { known, NOTHING } from '../units.js';
import { scale, ticks, timeTicks, widen } from './scale.js';

const MARGIN = { left: 48, right: 12, top: 10, bottom: 26 };
const RIBBON = 9; // the height of a ribbon with its distance

/**
 * A chart. `title` names it, `format` says a value. `moved` is called with the time under
 * the cursor, or null, so that charts below each other share one.
 */
export class LineChart {
  #data = null;
  #cursor = null; // a time
  #width = 0;
  #moved;
  #height;

  constructor({ title, height, moved }) {
    this.#height = height;
    this.#moved = moved;
    this.legend = el('ul', { class: 'legend' });
    this.svg = svg('svg', { class: 'plot', 'aria-hidden': 'true', focusable: 'false' });
    this.frame = el('div', {
      class: 'plot-frame', role: 'slider', tabindex: '0', 'aria-orientation': 'horizontal', 'aria-label': `${title}. Arrow keys read the values.`, 'aria-valuenow': 0,
      on: {
        pointermove: (event) => this.#point(event), pointerdown: (event) => this.#point(event),
        pointerleave: () => this.#moved(null), blur: () => this.#moved(null), keydown: (event) => this.#key(event),
      },
    }, this.svg);
    this.element = el('figure', { class: 'chart' },
      el('figcaption', null, el('h3', null, title), this.legend), this.frame);
    new ResizeObserver(([entry]) => {
      const width = Math.round(entry.contentRect.width);
      if (width !== this.#width) {
        this.#width = width;
        this.#redraw();
      }
    }).observe(this.frame);
  }

  /**
   * Draws data: {from, to, format, room, curves, ribbons, when}. A curve has name, type (a class
   * of the style sheet), area, held (a value holds until the next), until (when that is not `to`), times, min, mean, max;
   * a ribbon has name, type, times and mean, a share from 0 to 1. `room` is the least that
   * the axis spans, `when` says a time.
   */
  draw(data) {
    this.#data = data;
    this.#redraw();
  }

  /** Puts the cursor to a time, or takes it away. */
  point(time) {
    this.#cursor = time;
    this.#drawCursor();
  }

  #span() {
    const values = this.#data.curves.flatMap((curve) => [...curve.min, ...curve.max]).filter(known);
    const { least, most, room } = this.#data;
    const low = least ?? Math.min(...values), high = Math.max(most ?? -Infinity, ...values);
    if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, room];
    const missing = Math.max(0, room - (high - low));
    return widen(low - (least === undefined ? missing / 2 : 0), high + (least === undefined ? missing / 2 : missing), 4);
  }

  #redraw() {
    if (!this.#data || this.#width < 80) return;
    const { from, to, curves, ribbons = [], format } = this.#data;
    const bottom = this.#height - MARGIN.bottom - ribbons.length * RIBBON;
    const x = this.x = scale([from, to], [MARGIN.left, this.#width - MARGIN.right]);
    const [low, high] = this.#span();
    const y = scale([low, high], [bottom, MARGIN.top]);
    attribute(this.svg, 'viewBox', `0 0 ${this.#width} ${this.#height}`);
    attribute(this.svg, 'height', this.#height);
    this.line = svg('path', { class: 'plot-cursor', d: '' });
    this.dots = curves.map((curve) => svg('circle', { class: `plot-dot ${curve.type}`, r: 3.5 }));
    fill(this.svg,
      ticks(low, high, 4).map((value) => svg('g', null,
        svg('path', { class: 'plot-grid', d: `M${MARGIN.left} ${round(y(value))}H${this.#width - MARGIN.right}` }),
        svg('text', { class: 'plot-text', x: MARGIN.left - 8, y: round(y(value)) + 4, 'text-anchor': 'end' }, format(value, true)))),
      timeTicks(from, to, this.#width / 72).map(({ at, text }) => this.#timeMark(x(at), text)),
      ribbons.map((ribbon, i) => this.#ribbon(ribbon, bottom + 5 + i * RIBBON)),
      curves.map((curve) => svg('path', { class: `plot-band ${curve.type}`, d: band(curve, x, y, to) })),
      curves.filter((curve) => curve.area).map((curve) => svg('path', { class: `plot-area ${curve.type}`, d: area(curve, x, y, bottom, to) })),
      curves.map((curve) => svg('path', { class: `plot-line ${curve.type}`, d: line(curve, x, y, to) })),
      this.line, this.dots);
    this.y = y;
    this.bottom = bottom;
    const empty = !curves.some((curve) => curve.mean.some(known));
    if (empty) this.svg.append(svg('text', { class: 'plot-empty', x: (MARGIN.left + this.#width) / 2, y: bottom / 2, 'text-anchor': 'middle' }, 'Nothing is recorded of this time'));
    this.#drawCursor();
  }

  #timeMark(x, text) {
    const end = x > this.#width - MARGIN.right - 24;
    return svg('g', null, svg('path', { class: 'plot-grid faint', d: `M${round(x)} ${MARGIN.top}V${this.#height - MARGIN.bottom}` }),
      svg('text', { class: 'plot-text', x: end ? this.#width - 2 : round(x), y: this.#height - 8, 'text-anchor': end ? 'end' : 'middle' }, text));
  }

  #ribbon(ribbon, y) {
    return svg('g', { class: `plot-ribbon ${ribbon.type}` }, segments(ribbon, this.#data.to).filter(({ value }) => value > 0)
      .map(({ start, end, value }) => svg('rect', {
        x: round(this.x(start)), y, width: Math.max(1, round(this.x(end) - this.x(start))), height: RIBBON - 4, rx: 1.5, opacity: value < 1 ? 0.35 + 0.65 * value : 1,
      })));
  }

  #drawCursor() {
    if (!this.#data || !this.x) return;
    const { curves, ribbons = [], format, to } = this.#data, time = this.#cursor;
    const there = time !== null;
    attribute(this.line, 'd', there ? `M${round(this.x(time))} ${MARGIN.top}V${this.#height - MARGIN.bottom}` : '');
    const readings = curves.map((curve) => reading(curve, time ?? to, !there));
    readings.forEach((value, i) => {
      attribute(this.dots[i], 'display', there && known(value?.mean) ? null : 'none');
      if (!there || !known(value?.mean)) return;
      attribute(this.dots[i], 'cx', round(this.x(time)));
      attribute(this.dots[i], 'cy', round(this.y(value.mean)));
    });
    const texts = curves.map((curve, i) => told(readings[i], format, there));
    const shares = ribbons.map((ribbon) => (there ? on(segments(ribbon, to).findLast(({ start, end }) => start <= time && time <= end)?.value) : ''));
    this.#tellLegend([...curves, ...ribbons], [...texts, ...shares]);
    attribute(this.frame, 'aria-valuemin', Math.round(this.#data.from / 1000));
    attribute(this.frame, 'aria-valuemax', Math.round(to / 1000));
    attribute(this.frame, 'aria-valuenow', Math.round((time ?? to) / 1000));
    const values = [...curves, ...ribbons].map((one, i) => `${one.name} ${[...texts, ...shares][i] || NOTHING}`).join(', ');
    attribute(this.frame, 'aria-valuetext', `${there ? this.#data.when(time) : 'Latest'}: ${values}`);
  }

  #tellLegend(all, texts) {
    if (this.legend.children.length !== all.length) {
      // One curve alone is named by the chart.
      fill(this.legend, all.map((one) => el('li', null, all.length > 1 && el('span', { class: `swatch ${one.type}${one.mean && !one.min ? ' ribbon' : ''}` }), all.length > 1 && el('span', null, one.name), el('span', { class: 'legend-value' }))));
    }
    all.forEach((one, i) => say(this.legend.children[i].lastChild, texts[i]));
  }

  #point(event) {
    if (!this.#data || !this.x) return;
    const { left } = this.frame.getBoundingClientRect(), { from, to } = this.#data;
    const share = (event.clientX - left - MARGIN.left) / (this.#width - MARGIN.left - MARGIN.right);
    this.#moved(from + Math.min(1, Math.max(0, share)) * (to - from));
  }

  #key(event) {
    if (!this.#data) return;
    const { from, to, curves } = this.#data, step = (to - from) / 96;
    const last = Math.min(to, ...curves.map(({ until }) => until ?? to)), at = this.#cursor ?? last;
    const moves = { ArrowLeft: at - step, ArrowRight: at + step, PageDown: at - 8 * step, PageUp: at + 8 * step, Home: from, End: last };
    if (event.key === 'Escape') this.#moved(null);
    if (!(event.key in moves)) return;
    event.preventDefault();
    this.#moved(Math.min(last, Math.max(from, moves[event.key])));
  }
}

const round = (value) => Math.round(value * 10) / 10;
const on = (share) => (!known(share) ? NOTHING : share === 0 ? 'off' : share === 1 ? 'on' : `${Math.round(share * 100)} %`);

// What is known of a curve at a time, or last.
function reading(curve, time, last) {
  let at = -1;
  if (last) {
    at = curve.mean.findLastIndex(known);
  } else if (time <= (curve.until ?? time)) { // of what is still to come nothing is known
    for (let i = 0; i < curve.times.length && curve.times[i] <= time; i++) at = i;
  }
  return at < 0 ? null : { min: curve.min[at], mean: curve.mean[at], max: curve.max[at] };
}

// Tells a value, and what it was between where one asks for a time.
function told(value, format, there) {
  if (!known(value?.mean)) return NOTHING;
  const low = format(value.min), high = format(value.max);
  return !there || low === high || !known(value.min) ? format(value.mean) : `${format(value.mean)} (${low} to ${high})`;
}

// Runs of points of which something is known.
function runs(curve) {
  const found = [];
  let run = null;
  curve.times.forEach((time, i) => {
    if (!known(curve.mean[i])) {
      if (run && curve.held) run.end = time;
      run = null;
      return;
    }
    if (!run) found.push(run = { points: [], end: null });
    run.points.push({ time, min: curve.min[i], mean: curve.mean[i], max: curve.max[i] });
  });
  return found;
}

// The outline of a run: straight from point to point, or in steps when a value holds until the next.
function outline({ points, end }, curve, x, y, to, key) {
  const until = curve.held ? end ?? Math.min(to, curve.until ?? to) : null;
  const path = [];
  points.forEach((point, i) => {
    const place = `${round(x(point.time))} ${round(y(point[key] ?? point.mean))}`;
    if (curve.held && i > 0) path.push(`${round(x(point.time))} ${path.at(-1).split(' ')[1]}`);
    path.push(place);
  });
  if (until !== null) path.push(`${round(x(until))} ${path.at(-1).split(' ')[1]}`);
  else if (points.length === 1) path.push(`${round(x(points[0].time) + 1)} ${path[0].split(' ')[1]}`);
  return path;
}

const line = (curve, x, y, to) => runs(curve).map((run) => `M${outline(run, curve, x, y, to, 'mean').join('L')}`).join('');

const band = (curve, x, y, to) => (curve.held ? '' : runs(curve).map((run) =>
  `M${outline(run, curve, x, y, to, 'max').join('L')}L${outline(run, curve, x, y, to, 'min').reverse().join('L')}Z`).join(''));

const area = (curve, x, y, bottom, to) => runs(curve).map((run) => {
  const path = outline(run, curve, x, y, to, 'mean');
  return `M${path[0].split(' ')[0]} ${bottom}L${path.join('L')}L${path.at(-1).split(' ')[0]} ${bottom}Z`;
}).join('');

// A ribbon's times and the shares that hold over them.
function segments(ribbon, to) {
  const until = Math.min(to, ribbon.until ?? to), found = [];
  ribbon.times.forEach((start, i) => {
    const end = Math.min(until, ribbon.times[i + 1] ?? until), value = ribbon.mean[i], last = found.at(-1);
    if (last?.value === value) last.end = end;
    else found.push({ start, end, value });
  });
  return found;
}
