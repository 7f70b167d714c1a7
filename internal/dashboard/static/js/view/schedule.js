// A schedule of a heater: shown as a week, changed as a draft, and written after a look at
// what would change. What somebody else has written meanwhile is never overwritten.

import { schedule as read, writeSchedule } from '../api.js';
import { el, fill, icon, say, show } from '../dom.js';
import { openDialog, openForm } from '../schedule/form.js';
import { besides, difference, rebase } from '../schedule/draft.js';
import { Week } from '../schedule/week.js';
import { heater as find, lock, onEvent } from '../store.js';
import { now } from '../time.js';
import { unitsOf } from '../units.js';
import { counted, sentence, stop } from '../words.js';
import { Asking } from './command.js';
import { choice, onceSeen, section } from './section.js';
import { waitingFor } from './state.js';

/** The section of one kind of schedule; `before` stands above the week. */
export class Schedule {
  #id;
  #kind;
  #base = null; // the model as the heater has it, and its version
  #draft = null; // the model as it would be
  #season;
  #units = null;
  #seen = false;
  #reading = Promise.resolve(); // ends with the last look at what the heater has
  #next = null; // the look that follows it

  constructor(id, kind, before) {
    this.#id = id;
    this.#kind = kind;
    this.week = new Week({ label: `${kind.title}, a week`, pick: (block) => this.#edit(block.entry), add: (day, minutes) => this.#edit(null, day, minutes) });
    this.use = new Asking(id, (end) => end !== '' && end !== 'not sent' && this.#load());
    this.writing = new Asking(id);
    this.useText = el('p');
    this.useButton = el('button', { class: 'button', type: 'button', on: { click: () => this.#toggle() } });
    this.name = el('p', { class: 'plan-name' });
    this.seasons = el('div');
    this.list = el('ul', { class: 'entries' });
    this.pending = el('div', { class: 'pending' });
    this.state = el('div', { role: 'status' });
    this.addButton = el('button', { class: 'button', type: 'button', on: { click: () => this.#edit(null) } }, icon('plus'), `Add ${kind.entry === 'Entry' ? 'an entry' : `a ${kind.entry.toLowerCase()}`}`);
    this.body = el('div', { class: 'schedule' },
      this.name, this.seasons, this.week.element, this.list, this.addButton, this.pending, this.writing.element);
    this.use.resting = [this.useButton];
    this.writing.resting = [this.week.element, this.list, this.addButton, this.pending];
    this.element = section(kind.title, kind.kind, [el('p', null, kind.about), this.useText, el('div', { class: 'buttons' }, this.useButton), this.use.element],
      before?.element, this.state, this.body);
    show(this.body, false);
    show(this.useButton, false);
    this.observer = onceSeen(this.element, () => {
      this.#seen = true;
      this.#load();
    });
    this.end = onEvent((event) => this.#heard(event));
    this.before = before;
  }

  update(heater) {
    this.before?.update(heater);
    show(this.element, this.#kind.fitted(heater));
    const units = unitsOf(heater);
    this.#use(heater);
    if (units === this.#units) return;
    this.#units = units;
    this.#draw();
  }

  close() {
    this.observer.disconnect();
    this.end();
  }

  // Somebody has changed a schedule, or it can perhaps be read by now: read it, unless that follows from what we do ourselves.
  #heard(event) {
    if (!this.#seen || this.writing.waiting || this.use.waiting) return;
    const mine = event?.heater === this.#id, back = mine && event.class === 'connection' && !this.#base;
    if (event === null || back || (mine && event.class === 'schedule')) this.#load();
  }

  // Looks at what the heater has. A look that has begun already may be older than what one asks for.
  #load() {
    this.#next ??= this.#reading.then(() => {
      this.#next = null;
      this.#reading = this.#read();
      return this.#reading;
    });
    return this.#next;
  }

  async #read() {
    if (!this.#base) waitingFor(this.state, 'Reading it from the heater…');
    try {
      this.#take(await read(this.#id, this.#kind.kind));
      fill(this.state);
    } catch (error) {
      if (error.locked) {
        lock();
        return;
      }
      fill(this.state, el('p', { class: 'quiet' }, `It could not be read: ${stop(error.message)}`),
        el('button', { class: 'button', type: 'button', on: { click: () => this.#load() } }, 'Try again'));
    }
  }

  // Takes what the heater has; a draft keeps its changes on top of it.
  #take(answer) {
    const model = { ...this.#kind.read(answer.schedule ?? {}), version: answer.version };
    this.#draft = this.#draft && this.#base ? rebase(this.#base, this.#draft, model) : model;
    this.#base = model;
    this.#season ??= this.#kind.season?.(model, new Date(now()).getMonth());
    show(this.body, true);
    this.#draw();
  }

  #use(heater) {
    show(this.useButton, this.#draft !== null && (Boolean(this.#kind.command) || Boolean(this.#kind.toggled)) && (this.#draft.entries.length > 0 || this.#kind.on(this.#draft, heater)));
    if (!this.#draft) return;
    const on = this.#kind.on(this.#base, heater);
    say(this.useText, `${on ? this.#kind.runs : this.#kind.rests}.`);
    say(this.useButton, on ? 'Switch off…' : 'Switch on…');
  }

  #toggle() {
    const on = !this.#kind.on(this.#base, find(this.#id));
    const question = { question: on ? `Switch it on?` : 'Switch it off?', means: on ? '' : 'The entries stay.', verb: on ? 'Switch on' : 'Switch off' };
    if (this.#kind.command) this.use.ask({ ...question, name: this.#kind.command, members: { on } });
    else this.use.ask({ ...question, act: () => writeSchedule(this.#id, this.#kind.kind, this.#kind.write({ ...this.#base, enabled: on }), this.#base.version) });
    this.use.confirm();
  }

  #draw() {
    if (!this.#draft || !this.#units) return;
    const kind = this.#kind, units = this.#units, draft = this.#draft, heater = find(this.#id);
    this.#use(heater);
    say(this.name, draft.name ?? '');
    show(this.name, Boolean(draft.name));
    this.#drawSeasons();
    const context = { units, season: this.#season, features: heater?.features };
    this.week.draw(kind.blocks(draft, context));
    const seen = draft.entries.filter((entry) => this.#season === undefined || entry.season === this.#season).sort(kind.order);
    const held = this.#changers().indexOf(document.activeElement);
    fill(this.list, seen.map((entry) => el('li', null,
      el('span', { class: `entry-mark ${kind.mode(entry, draft)}` }),
      el('span', { class: 'entry-text' }, el('span', { class: 'entry-when' }, kind.when(entry)), ' ', el('span', { class: 'hint' }, kind.what(entry, units))),
      el('button', { class: 'button plain', type: 'button', 'aria-label': `Change: ${kind.tell(entry, units)}`, on: { click: () => this.#edit(entry) } }, 'Change'))),
    seen.length === 0 && el('li', { class: 'quiet' }, kind.empty));
    this.addButton.disabled = draft.entries.length >= kind.most;
    if (held >= 0) (this.#changers()[Math.min(held, seen.length - 1)] ?? this.addButton).focus();
    this.#drawPending();
  }

  // The buttons of the list.
  #changers() {
    return [...this.list.querySelectorAll('button')];
  }

  #drawSeasons() {
    const seasons = this.#kind.seasons?.(this.#draft) ?? [];
    if (seasons.length && !seasons.some(([season]) => season === this.#season)) this.#season = seasons[0][0];
    show(this.seasons, seasons.length > 1);
    if (this.seasons.dataset.of === JSON.stringify([seasons, this.#season])) return;
    this.seasons.dataset.of = JSON.stringify([seasons, this.#season]);
    fill(this.seasons, seasons.length > 1 && choice('Season', seasons, this.#season, (season) => {
      this.#season = season;
      this.seasons.dataset.of = JSON.stringify([seasons, season]);
      this.#draw();
    }));
  }

  #drawPending() {
    const { added, removed, changed } = difference(this.#base, this.#draft);
    show(this.pending, changed);
    if (!changed) return fill(this.pending);
    const parts = [added.length && `${counted(added.length, this.#kind.entry.toLowerCase(), plural(this.#kind.entry))} new`, removed.length && `${removed.length} gone`].filter(Boolean);
    return fill(this.pending, el('p', null, el('strong', null, 'Not written yet: '), parts.join(', ')),
      el('div', { class: 'buttons' },
        el('button', { class: 'button primary', type: 'button', on: { click: () => this.#review() } }, 'Review and write…'),
        el('button', { class: 'button', type: 'button', on: { click: () => this.#discard() } }, 'Discard')));
  }

  #discard() {
    this.#draft = this.#base;
    this.writing.close();
    this.#draw();
    this.addButton.focus();
  }

  async #edit(entry, day, minutes) {
    if (!entry && this.#draft.entries.length >= this.#kind.most) return;
    const kind = this.#kind, shown = entry ?? kind.blank(day, minutes, this.#season);
    let form = kind.form(shown, { units: this.#units, features: find(this.#id)?.features });
    const title = entry ? `Change ${kind.entry.toLowerCase()}` : `New ${kind.entry.toLowerCase()}`;
    let note = form.note;
    for (;;) {
      const chosen = await openForm({ title, fields: form.fields, note, save: entry ? 'Change' : 'Add', remove: entry && 'Delete' });
      // The button that opened it is gone if the list was drawn anew meanwhile.
      if (document.activeElement === document.body) this.addButton.focus();
      if (chosen === '') return;
      const others = entry ? besides(this.#draft.entries, entry) : this.#draft.entries;
      if (chosen === 'delete') return this.#become(others);
      const value = form.value(), wrong = form.wrong?.(value);
      if (!wrong) return this.#become([...others, value], value);
      note = wrong;
      form = kind.form(value, { units: this.#units, features: find(this.#id)?.features });
    }
  }

  #become(entries, shown) {
    this.#draft = { ...this.#draft, entries };
    if (shown?.season !== undefined) this.#season = shown.season;
    this.writing.close();
    this.#draw();
  }

  async #review() {
    const { added, removed } = difference(this.#base, this.#draft), kind = this.#kind;
    const lines = (title, entries) => entries.length > 0 && [el('h3', null, title), el('ul', { class: 'changes' }, entries.map((entry) => el('li', null, kind.tell(entry, this.#units))))];
    const dialog = el('dialog', { class: 'dialog', 'aria-label': 'Write to the heater?' }, el('form', { method: 'dialog' },
      el('h2', null, 'Write this to the heater?'), lines('New', added), lines('Gone', removed),
      el('p', { class: 'hint' }, `It then has ${counted(this.#draft.entries.length, kind.entry.toLowerCase(), plural(kind.entry))}. A heater takes a schedule only as a whole.`),
      el('div', { class: 'buttons' }, el('button', { class: 'button primary', value: 'write' }, 'Write to the heater'), el('button', { class: 'button', value: '' }, 'Back'))));
    if (await openDialog(dialog) === 'write') this.#write();
  }

  #write() {
    this.writing.run(() => writeSchedule(this.#id, this.#kind.kind, this.#kind.write(this.#draft, find(this.#id)), this.#base.version), (result) => this.#written(result));
  }

  async #written(result) {
    if (result.end === 'done') {
      this.#base = this.#draft; // what was written is what is there, until it was read
      this.#draw();
    }
    if (result.stale || result.end === 'done' || result.end === 'outcome unknown') await this.#load();
    if (!result.stale) return this.writing.tell(result);
    // The page's copy was old: it has been read anew, and the changes lie on top of it.
    const changed = difference(this.#base, this.#draft).changed;
    return this.writing.tell(
      { end: 'refused', stale: true, error: `${sentence(this.#kind.title.toLowerCase())} changed meanwhile, so nothing was written. Above is what the heater has now${changed ? ' with your changes put on top' : '; your changes are in it already'}` },
      ...(changed ? [
        el('button', { class: 'button primary', type: 'button', on: { click: () => this.#review() } }, 'Review and write…'),
        el('button', { class: 'button', type: 'button', on: { click: () => this.#discard() } }, 'Discard my changes'),
      ] : []));
  }
}

const plural = (entry) => (entry === 'Entry' ? 'entries' : `${entry.toLowerCase()}s`);
