// All heaters at a glance.

import { el, fill, say, show } from '../dom.js';
import { all, connection, isListed, isLive } from '../store.js';
import { known, unitsOf } from '../units.js';
import { sentence } from '../words.js';
import { showers } from './now.js';
import { faultTitle, Pulse } from './state.js';
import { smallTank } from './tank.js';

/** The list of heaters. */
export class List {
  #cards = new Map();
  #list = el('ul', { class: 'heaters' });
  #text = el('p', { class: 'lonely' });
  element = el('div', null, el('h1', null, 'Heaters'), this.#list, this.#text);
  title = 'Heaters';

  update() {
    const heaters = all();
    for (const [id] of this.#cards) if (!heaters.some((heater) => heater.id === id)) this.#cards.delete(id);
    for (const heater of heaters) {
      if (!this.#cards.has(heater.id)) this.#cards.set(heater.id, new Card(heater.id));
      this.#cards.get(heater.id).update(heater);
    }
    const cards = heaters.map((heater) => this.#cards.get(heater.id).element);
    if (cards.length !== this.#list.children.length || cards.some((card, i) => this.#list.children[i] !== card)) fill(this.#list, cards);
    show(this.#text, heaters.length === 0);
    say(this.#text, connection().state === 'lost' ? 'No connection to nwp500. It is tried again by itself.'
      : isListed() ? 'No heater is known yet. They appear here as soon as an account is reached and lists them.' : 'Looking for heaters…');
  }
}

class Card {
  #tank = smallTank();
  #name = el('span', { class: 'card-name' });
  #doing = el('span', { class: 'card-doing' });
  #figures = el('span', { class: 'card-figures' });
  #pulse = new Pulse();
  #fault = el('span', { class: 'card-fault' });

  constructor(id) {
    this.element = el('li', null, el('a', { class: 'card', href: `#/${id}` }, this.#tank.element,
      el('span', { class: 'card-text' }, this.#name, this.#fault, this.#doing, this.#figures, this.#pulse.element)));
  }

  update(heater) {
    const live = isLive(heater), units = unitsOf(heater), { status, summary, fault } = heater;
    this.#tank.update(heater, live);
    this.#pulse.update(heater);
    this.element.classList.toggle('stale', !live);
    say(this.#name, heater.name);
    say(this.#doing, summary ? sentence(summary.doing) : 'Nothing heard yet');
    const figures = [];
    if (known(status?.tank_upper_temperature)) figures.push(`${units.temperature(status.tank_upper_temperature)} at the top`);
    if (known(summary?.showers)) figures.push(showers(summary));
    say(this.#figures, figures.join(' · '));
    show(this.#fault, Boolean(fault));
    say(this.#fault, fault ? faultTitle(fault) : '');
  }
}
