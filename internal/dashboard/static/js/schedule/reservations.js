// The weekly program: at these times the heater goes to a mode and a setpoint.

import { known } from '../units.js';
import { MODES, modeName, modeShort } from '../words.js';
import { clockText, DAYS, daysText, EVERY_DAY } from './days.js';
import { checkField, daysField, numberField, selectField, timeField } from './form.js';
import { untilNext } from './week.js';

/** The weekly program as the section of schedules takes it. */
export const reservations = {
  kind: 'reservations',
  title: 'Weekly program',
  about: 'At these times the heater goes to a mode and a temperature, by its own clock.',
  empty: 'No entries: the heater keeps its mode and temperature.',
  entry: 'Entry',
  most: 32,
  fitted: (heater) => heater.features?.program_reservation_use !== false,
  command: 'reservations',
  on: (model) => model.enabled,
  runs: 'The program runs',
  rests: 'The program does not run',

  read(document) {
    return {
      enabled: document.reservation_use === true,
      entries: (document.reservation ?? []).map((raw) => ({
        enable: raw.enable !== false, week: raw.week ?? 0, minutes: (raw.hour ?? 0) * 60 + (raw.min ?? 0),
        mode: raw.mode, celsius: raw.temperature ?? (known(raw.param) ? raw.param / 2 : null), raw,
      })),
    };
  },

  write: (model) => ({ kind: 'reservations', units: 'metric', reservation_use: model.enabled, reservation: model.entries.map((entry) => entry.raw ?? toWire(entry)) }),

  blocks(model, { units }) {
    const happenings = (entries) => entries.flatMap((entry) => DAYS.filter(({ bit }) => entry.week & bit).map(({ index }) => ({ entry, index, minutes: entry.minutes })));
    const label = (entry) => this.tell(entry, units);
    const running = untilNext(happenings(model.entries.filter(({ enable }) => enable)), ({ entry }, index, start, end, begins) => ({
      index, start, end, entry, type: `mode-${entry.mode}`, label: label(entry), faint: !model.enabled || !begins,
      text: begins ? `${setting(entry, units)} ${modeName(entry.mode)}` : '', short: begins ? setting(entry, units) || modeShort(entry.mode) : '',
    }));
    const resting = happenings(model.entries.filter(({ enable }) => !enable)).map(({ entry, index, minutes }) =>
      ({ index, start: minutes, end: minutes, mark: true, entry, type: '', label: label(entry), faint: true }));
    return [...running, ...resting];
  },

  order: (a, b) => a.minutes - b.minutes,
  when: (entry) => `${daysText(entry.week)}, ${clockText(entry.minutes)}`,
  what: (entry, units) => `${[setting(entry, units, true), modeName(entry.mode)].filter(Boolean).join(', ')}${entry.enable ? '' : ' (switched off)'}`,
  tell(entry, units) {
    return `${this.when(entry)}: ${this.what(entry, units)}`;
  },
  mode: (entry) => `mode-${entry.mode}`,

  blank: (day, minutes) => ({ enable: true, week: day?.bit ?? EVERY_DAY, minutes: minutes ?? 360, mode: 'energy_saver', celsius: 50 }),

  form(entry, { units, features }) {
    const modes = Object.keys(MODES).filter((mode) => features?.[MODES[mode].feature] !== false);
    const step = units.symbol === '°F' ? 1 : 0.5, show = (celsius) => Math.round(units.degrees(celsius) / step) * step;
    const least = features?.dhw_temperature_min ?? 35, most = features?.dhw_temperature_max ?? 65.5;
    const fields = {
      days: daysField(entry.week),
      time: timeField('Time', entry.minutes),
      mode: selectField('Mode', [...new Set([...modes, 'vacation', 'power_off', entry.mode])].map((mode) => [mode, modeName(mode)]), entry.mode),
      degrees: numberField(`Temperature in ${units.symbol}`, show(entry.celsius ?? 50), { min: show(least), max: show(most), step }),
      enable: checkField('Carry this entry out', entry.enable),
    };
    return {
      fields: Object.values(fields),
      note: 'With “Off” and “Vacation” the temperature means nothing.',
      value: () => {
        const degrees = fields.degrees.value();
        // What was not touched stays as it is: a conversion there and back must not move it.
        const celsius = entry.celsius !== null && degrees === show(entry.celsius) ? entry.celsius : Math.min(most, Math.max(least, Math.round(units.celsius(degrees) * 2) / 2));
        return { enable: fields.enable.value(), week: fields.days.value(), minutes: fields.time.value(), mode: fields.mode.value(), celsius };
      },
    };
  },
};

const setting = (entry, units, long) => (entry.mode === 'power_off' || entry.mode === 'vacation' || !known(entry.celsius) ? ''
  : long ? units.setting(entry.celsius) : units.short(entry.celsius));

const toWire = (entry) => ({
  enable: entry.enable, week: entry.week, hour: Math.floor(entry.minutes / 60), min: entry.minutes % 60, mode: entry.mode,
  ...(known(entry.celsius) ? { param: Math.round(entry.celsius * 2) } : {}),
});
