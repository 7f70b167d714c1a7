// The tank: its water coloured by the two sensors, what heats it, and what is drawn.

import { attribute, el, newID, say, svg } from '../dom.js';
import { known, NOTHING, unitsOf } from '../units.js';
import { list } from '../words.js';

// Colours of water by its temperature in °C, from cold to hot, by way of sand: a straight
// line from blue to red would pass through purple.
const COLOURS = [
  [8, [74, 134, 178]], [20, [116, 170, 196]], [30, [190, 205, 196]], [38, [232, 205, 160]],
  [45, [232, 165, 106]], [52, [221, 121, 72]], [60, [201, 82, 50]], [68, [176, 52, 38]],
];

function colour(celsius) {
  const above = COLOURS.findIndex(([at]) => at >= celsius);
  if (above < 1) return rgb(COLOURS.at(above)[1]);
  const [[from, cold], [to, hot]] = COLOURS.slice(above - 1, above + 1);
  const share = (celsius - from) / (to - from);
  return rgb(cold.map((value, i) => Math.round(value + (hot[i] - value) * share)));
}

const rgb = (parts) => `rgb(${parts.join(' ')})`;

// How far down, in percent of the tank, the water is as the upper or the lower sensor has it.
const UPPER_UNTIL = 22, LOWER_FROM = 78;

/** A small tank for a list. */
export function smallTank() {
  const water = new Water();
  return {
    element: svg('svg', { class: 'tank-small', viewBox: '0 0 44 64', 'aria-hidden': 'true' },
      water.definition,
      svg('rect', { class: 'tank-machine', x: 6, y: 1, width: 32, height: 10, rx: 4 }),
      svg('rect', { class: 'tank-wall', x: 6, y: 14, width: 32, height: 49, rx: 9 }),
      svg('rect', { x: 6, y: 14, width: 32, height: 49, rx: 9, fill: water.fill })),
    update: (heater, live) => water.show(heater.status, live),
  };
}

// Water is a gradient between the two sensors.
class Water {
  #id = newID('water');
  #stops = [0, UPPER_UNTIL, LOWER_FROM, 100].map((offset) => svg('stop', { offset: `${offset}%` }));
  definition = svg('defs', null,
    svg('linearGradient', { id: this.#id, x1: 0, y1: 0, x2: 0, y2: 1 }, this.#stops));

  get fill() {
    return `url(#${this.#id})`;
  }

  show(status, live) {
    const upper = status?.tank_upper_temperature, lower = status?.tank_lower_temperature;
    const there = known(upper) && known(lower);
    this.#stops.forEach((stop, i) => {
      attribute(stop, 'stop-color', there ? colour(i < 2 ? upper : lower) : 'transparent');
      attribute(stop, 'stop-opacity', live ? 1 : 0.45);
    });
  }
}

/** The tank of a heater's page. */
export class Tank {
  #water = new Water();
  #title = svg('title');
  #texts = {};
  #parts = {};

  constructor() {
    this.element = el('figure', { class: 'tank' }, this.#draw());
  }

  #text(name, x, y, properties) {
    this.#texts[name] = svg('text', { x, y, ...properties });
    return this.#texts[name];
  }

  #part(name, properties, ...children) {
    this.#parts[name] = svg('g', properties, ...children);
    return this.#parts[name];
  }

  // The drawing, 400 wide and 480 high: the machine on top, pipes and elements to the
  // left, what is measured to the right.
  #draw() {
    const title = newID('tank');
    attribute(this.#title, 'id', title);
    const body = { x: 118, y: 122, width: 160, height: 342, rx: 32 };
    const clip = newID('clip'), shine = newID('shine');
    return svg('svg', { viewBox: '0 0 400 480', role: 'img', 'aria-labelledby': title },
      this.#title, this.#water.definition,
      svg('defs', null, svg('clipPath', { id: clip }, svg('rect', body)),
        // A tank is round: lit from the left, darker to the right.
        svg('linearGradient', { id: shine }, [[0, '#000', 0.08], [0.18, '#fff', 0.22], [0.42, '#fff', 0], [1, '#000', 0.13]].map(([offset, tone, opacity]) =>
          svg('stop', { offset, 'stop-color': tone, 'stop-opacity': opacity })))),
      this.#pipe('draw', 'tank-pipe hot', 'M118 162H62q-14 0-14 14v22', 'M48 206v30'),
      this.#pipe('inlet', 'tank-pipe cold', 'M34 440H118', ''),
      svg('rect', { class: 'tank-wall', ...body }),
      svg('g', { 'clip-path': `url(#${clip})` },
        svg('rect', { ...body, fill: this.#water.fill }),
        svg('rect', { ...body, fill: `url(#${shine})` })),
      svg('rect', { class: 'tank-rim', ...body }),
      this.#element('upper', 252), this.#element('lower', 388),
      this.#machine(),
      this.#sensor('upper', 214), this.#sensor('lower', 384),
      this.#text('set', 298, 256, { class: 'tank-note' }),
      this.#text('flow', 6, 148, { class: 'tank-note' }),
      this.#text('inlet', 6, 462, { class: 'tank-note' }));
  }

  #machine() {
    const blade = 'M0-4c-5-5-6-14-1-19 6 1 9 12 1 19z';
    return this.#part('machine', { class: 'tank-part' },
      svg('rect', { class: 'tank-machine', x: 118, y: 22, width: 160, height: 86, rx: 16 }),
      svg('circle', { class: 'tank-fan-ring', cx: 198, cy: 65, r: 29 }),
      svg('g', { transform: 'translate(198 65)' },
        svg('g', { class: 'tank-fan' },
          [0, 90, 180, 270].map((angle) => svg('path', { d: blade, transform: `rotate(${angle})` })),
          svg('circle', { r: 3.5 }))),
      svg('text', { class: 'tank-label', x: 298, y: 60 }, 'Heat pump'),
      this.#text('machine', 298, 79, { class: 'tank-note' }));
  }

  #element(which, y) {
    return this.#part(which, { class: 'tank-part tank-element' },
      svg('path', { class: 'tank-glow', d: `M118 ${y}h86a9 9 0 0 1 0 18h-86` }),
      svg('path', { class: 'tank-coil', d: `M118 ${y}h86a9 9 0 0 1 0 18h-86` }),
      svg('text', { class: 'tank-label', x: 104, y: y + 4, 'text-anchor': 'end' }, which === 'upper' ? 'Upper' : 'Lower'),
      svg('text', { class: 'tank-label', x: 104, y: y + 21, 'text-anchor': 'end' }, 'element'),
      this.#text(`${which}Element`, 104, y + 39, { class: 'tank-note', 'text-anchor': 'end' }));
  }

  #sensor(which, y) {
    return svg('g', null,
      svg('path', { class: 'tank-tick', d: `M268 ${y}h20` }),
      svg('text', { class: 'tank-label', x: 298, y: y - 14 }, which === 'upper' ? 'Upper' : 'Lower'),
      this.#text(which, 298, y + 15, { class: 'tank-temperature' }));
  }

  #pipe(name, type, pipe, drops) {
    return this.#part(name, { class: type },
      svg('path', { class: 'tank-tube', d: pipe }), svg('path', { class: 'tank-stream', d: pipe + drops }));
  }

  /** Shows a heater; what is not live is shown pale. */
  update(heater, live) {
    const status = heater.status ?? {}, units = unitsOf(heater), texts = this.#texts;
    this.#water.show(status, live);
    this.element.classList.toggle('stale', !live);
    const on = {
      machine: status.comp_use === true, upper: status.heat_upper_use === true, lower: status.heat_lower_use === true,
      draw: status.dhw_use === true, inlet: status.dhw_use === true,
    };
    for (const [name, part] of Object.entries(this.#parts)) part.classList.toggle('on', on[name]);
    say(texts.upper, units.temperature(status.tank_upper_temperature));
    say(texts.lower, units.temperature(status.tank_lower_temperature));
    say(texts.set, known(status.dhw_temperature_setting) ? `set to ${units.setting(status.dhw_temperature_setting)}` : '');
    say(texts.machine, state(status.comp_use, 'running', 'resting'));
    say(texts.upperElement, on.upper ? 'on' : '');
    say(texts.lowerElement, on.lower ? 'on' : '');
    say(texts.flow, flow(on.draw, status.current_dhw_flow_rate, units));
    const inlet = heater.summary?.inlet_assumed ? null : heater.summary?.inlet_celsius;
    say(texts.inlet, known(inlet) ? `Cold ${units.temperature(inlet)}` : 'Cold water');
    say(this.#title, describe(status, units, on));
  }
}

// A tap that was just opened has no flow yet.
const flow = (drawn, rate, units) => (!drawn ? 'Hot water' : rate > 0 ? units.flow(rate) : 'Drawn now');

const state = (flag, on, off) => (flag === true ? on : flag === false ? off : NOTHING);

function describe(status, units, on) {
  const runs = [on.machine && 'the heat pump', on.upper && 'the upper element', on.lower && 'the lower element'].filter(Boolean);
  return `The tank: ${units.temperature(status.tank_upper_temperature)} above, ${units.temperature(status.tank_lower_temperature)} below. ` +
    `${runs.length ? `On: ${list(runs)}.` : 'Nothing heats.'}${on.draw ? ' Hot water is drawn.' : ''}`;
}
