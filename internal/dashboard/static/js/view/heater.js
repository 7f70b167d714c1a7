// The page of one heater.

import { el, say } from '../dom.js';
import { heater as find, isLive } from '../store.js';
import { recirculation } from '../schedule/recirculation.js';
import { reservations } from '../schedule/reservations.js';
import { tou } from '../schedule/tou.js';
import { Controls } from './controls.js';
import { Details } from './details.js';
import { Energy } from './energy.js';
import { Events } from './events.js';
import { History } from './history.js';
import { Now } from './now.js';
import { Pump } from './pump.js';
import { Schedule } from './schedule.js';
import { FaultNotice, Notice } from './state.js';
import { Tank } from './tank.js';

/** A heater's page. */
export class Heater {
  #name = el('h1');
  #parts;

  constructor(id) {
    this.id = id;
    const tank = new Tank(), now = new Now(), controls = new Controls(id), fault = new FaultNotice(), notice = new Notice();
    const sections = [
      new History(id), new Energy(id), new Schedule(id, reservations), new Schedule(id, tou),
      new Schedule(id, recirculation, new Pump(id)), new Events(id), new Details(),
    ];
    this.#parts = [tank, now, controls, fault, notice, ...sections];
    this.element = el('div', null,
      this.#name, fault.element, notice.element,
      el('div', { class: 'hero' }, tank.element, el('div', { class: 'hero-text' }, now.element, controls.element)),
      sections.map((section) => section.element));
  }

  get title() {
    return find(this.id)?.name ?? 'Heater';
  }

  update() {
    const heater = find(this.id);
    if (!heater) return;
    say(this.#name, heater.name);
    const live = isLive(heater);
    for (const part of this.#parts) part.update(heater, live);
  }

  /** Ends what the page does by itself. */
  close() {
    for (const part of this.#parts) part.close?.();
  }
}
