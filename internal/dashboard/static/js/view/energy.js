// Electricity by days and months, and what it costs.

import { read } from '../api.js';
import { BarChart } from '../chart/bars.js';
import { el, fill, say, show } from '../dom.js';
import { date, dayText } from '../time.js';
import { energy, known, money, percent } from '../units.js';
import { total } from './now.js';
import { calendarPeriod, Pager } from './period.js';
import { Reading } from './reading.js';
import { choice, section } from './section.js';

// How often the period that is now is read again, in milliseconds: today grows, and the heater's own record comes a while after the heater.
const AGAIN = 60_000;

/** The section of electricity. */
export class Energy {
  #id;
  #by = 'day';
  #back = 0;
  #drawn = ''; // the name of the period that the bars are of

  constructor(id) {
    this.#id = id;
    this.chart = new BarChart({ title: 'Electricity', height: 210 });
    this.pager = new Pager('period', (back) => this.#show(this.#by, back));
    this.text = el('p', { class: 'quiet', role: 'status' });
    this.table = el('table', { class: 'table' });
    this.body = el('div', { class: 'charts' }, this.chart.element,
      el('ul', { class: 'legend' },
        el('li', null, el('span', { class: 'swatch is-pump ribbon' }), 'Heat pump'), el('li', null, el('span', { class: 'swatch is-element ribbon' }), 'Elements')),
      el('details', null, el('summary', null, 'As a table'), el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Electricity as a table' }, this.table)));
    this.element = section('Electricity', 'energy',
      el('div', { class: 'section-tools' }, choice('Bars', [['day', 'Days'], ['month', 'Months']], 'day', (by) => this.#show(by, 0)), this.pager.element),
      this.text, this.body);
    this.reading = new Reading(this.element, {
      ask: (signal) => this.#ask(signal), fail: (text) => this.#fail(text), again: () => (this.#back === 0 ? AGAIN : 0),
    });
    this.#head();
  }

  update() {}

  close() {
    this.reading.close();
  }

  #show(by, back) {
    this.#by = by;
    this.#back = Math.max(0, back);
    this.reading.start();
  }

  #head() {
    this.period = calendarPeriod(this.#by === 'day' ? 'month' : 'year', this.#back);
    this.pager.show(this.period, this.#back);
  }

  async #ask(signal) {
    this.#head();
    const { from, to } = this.period;
    this.#draw(await read(`heaters/${this.#id}/energy`, { by: this.#by, from: dayText(from), to: dayText(to - 1) }, { signal }));
    show(this.body, true);
    show(this.text, false);
  }

  #fail(text) {
    say(this.text, text);
    show(this.text, true);
    show(this.body, this.#drawn === this.period.name); // bars of another period are not those that the pager names
  }

  #draw(use) {
    const found = new Map(use.items.map((item) => [item.date, item]));
    const bars = this.#places().map(({ key, label, name }) => {
      const item = found.get(key);
      return { label, name, item, text: told(item), parts: [['is-pump', item?.heat_pump_wh], ['is-element', item?.element_wh]] };
    });
    this.chart.draw({ bars, room: 1000, format: (value) => `${value / 1000} kWh`, summary: `${this.period.name}: ${told(use.total)}` });
    this.#tabulate(bars, use.total);
    this.#drawn = this.period.name;
  }

  // The days of the month or the months of the year, whether anything is known of them or not.
  #places() {
    const at = new Date(this.period.from), places = [];
    while (at.getTime() < this.period.to) {
      const day = dayText(at);
      if (this.#by === 'day') {
        places.push({ key: day, label: String(at.getDate()), name: date('day', at) });
        at.setDate(at.getDate() + 1);
      } else {
        places.push({ key: day.slice(0, 7), label: date('shortMonth', at), name: date('month', at) });
        at.setMonth(at.getMonth() + 1);
      }
    }
    return places;
  }

  #tabulate(bars, sum) {
    const costs = bars.some(({ item }) => known(item?.cost));
    const line = (name, item, head) => el('tr', null, el('th', { scope: 'row' }, name),
      [energy(item?.heat_pump_wh), energy(item?.element_wh), costs && money(item?.cost, item?.currency)].filter((text) => text !== false).map((text) => el(head, null, text)));
    fill(this.table,
      el('thead', null, el('tr', null, ['', 'Heat pump', 'Elements', costs && 'Cost'].filter((text) => text !== false).map((text) => el('th', { scope: 'col' }, text)))),
      el('tbody', null, bars.filter(({ item }) => item).map(({ name, item }) => line(name, item, 'td'))),
      el('tfoot', null, line('Total', sum, 'td')));
  }
}

// Tells what was used: "46.6 kWh, 96 % by the heat pump, $17.21".
function told(usage) {
  const all = total(usage);
  if (!known(all)) return partly(usage);
  const parts = [energy(all)];
  if (all > 0) parts.push(`${percent(100 * usage.heat_pump_wh / all)} by the heat pump`);
  if (known(usage.cost)) parts.push(money(usage.cost, usage.currency));
  return parts.join(', ');
}

// Tells what is known of a use that is not known as a whole.
function partly(usage) {
  if (known(usage?.heat_pump_wh)) return `${energy(usage.heat_pump_wh)} by the heat pump, nothing is known of the elements`;
  return known(usage?.element_wh) ? `${energy(usage.element_wh)} by the elements, nothing is known of the heat pump` : 'nothing is known';
}
