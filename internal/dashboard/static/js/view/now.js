// What runs now and why, and the figures that people look for.

import { el, say, show } from '../dom.js';
import { ago, when } from '../time.js';
import { count, energy, known, money, NOTHING, power, unitsOf } from '../units.js';
import { sentence, stop } from '../words.js';

/** The statement of a heater's page. */
export class Now {
  constructor() {
    this.age = el('p', { class: 'age' });
    this.doing = el('p', { class: 'doing' });
    this.why = el('p', { class: 'why' });
    this.figures = {
      hot: figure('Hot water'), power: figure('Power now'), today: figure('Today'), month: figure('This month'),
    };
    this.element = el('div', { class: 'now' }, this.age,
      el('div', { 'aria-live': 'polite', 'aria-atomic': 'true' }, this.doing, this.why),
      el('dl', { class: 'figures' }, Object.values(this.figures).map((one) => one.element)));
  }

  update(heater, live) {
    const { summary, status, today, month } = heater, units = unitsOf(heater), figures = this.figures;
    this.element.classList.toggle('stale', !live);
    // What is not live is told as what it was, and when.
    const old = !live && heater.status_at;
    show(this.age, Boolean(old));
    if (old) say(this.age, `As of ${when(Date.parse(heater.status_at))}, ${ago(Date.parse(heater.status_at))}`);
    say(this.doing, summary ? sentence(summary.doing) : heater.connection.state === 'connecting' ? 'Connecting…' : 'Nothing heard yet');
    say(this.why, summary ? (summary.why ? stop(sentence(summary.why)) : '') : heater.connection.state === 'connecting' ? 'nwp500 signs in and asks the heater. That takes a few seconds.' : 'The first status shows what the heater does.');
    show(this.why, this.why.textContent !== '');
    figures.hot.show(showers(summary), hotWater(summary, units));
    figures.power.show(power(status?.current_inst_power), '');
    figures.today.show(energy(total(today)), cost(today));
    figures.month.show(energy(total(month)), cost(month));
  }
}

function figure(name) {
  const value = el('span', { class: 'figure-value' }), note = el('span', { class: 'figure-note' });
  return {
    element: el('div', { class: 'figure' }, el('dt', null, name), el('dd', null, value, note)),
    show(text, more) {
      say(value, text);
      say(note, text === NOTHING ? '' : more);
    },
  };
}

/** Tells how many showers there are: "4.2 showers". */
export function showers(summary) {
  if (!known(summary?.showers)) return NOTHING;
  const n = Math.max(0, summary.showers);
  return `${count(n)} ${n === 1 ? 'shower' : 'showers'}`;
}

// In units of the United States litres stand beside gallons: showers are counted in litres.
function hotWater(summary, units) {
  const volume = units.volume(summary?.hot_litres);
  const litres = units.name === 'us' && known(summary?.hot_litres) ? ` (${Math.round(summary.hot_litres)} l)` : '';
  return `${volume}${litres} at ${units.setting(40)}`;
}

/** Adds what the heat pump and the elements used; null unless both are known, for a part is no total. */
export const total = (usage) => (known(usage?.heat_pump_wh) && known(usage.element_wh) ? usage.heat_pump_wh + usage.element_wh : null);

const cost = (usage) => (known(usage?.cost) ? money(usage.cost, usage.currency) : '');
