// When the recirculation pump runs. The wire has starts and stops; people have times in
// between, so each start is shown with its stop.

import { clockText, DAYS, daysText, EVERY_DAY, nextDays } from './days.js';
import { checkField, daysField, timeField } from './form.js';

/** The timetable of the pump as the section of schedules takes it. */
export const recirculation = {
  kind: 'recirculation',
  title: 'Recirculation',
  about: 'Hot water waits in the pipe at these times, when the mode is “Timetable”.',
  empty: 'No times: the pump rests.',
  entry: 'Time',
  most: 10,
  fitted: (heater) => heater.features?.recirculation_use === true,
  toggled: true, // the use of it is written with it: there is no command of its own
  on: (model) => model.enabled,
  runs: 'The timetable runs',
  rests: 'The timetable does not run',

  read: (document) => ({ enabled: document.reservation_use === true, entries: pair(document.reservation ?? []) }),
  write: (model) => ({ kind: 'recirculation', reservation_use: model.enabled, reservation: model.entries.flatMap(toWire) }),

  blocks(model) {
    return model.entries.flatMap((entry) => DAYS.filter(({ bit }) => entry.week & bit).flatMap(({ index }) => {
      const block = (day, start, end) => ({ index: day, start, end, entry, type: 'pump-on', label: this.tell(entry), text: 'Pump on', short: 'On', faint: !model.enabled || !entry.enable });
      if (entry.alone) return [{ ...block(index, entry.start, entry.start), mark: true }];
      if (entry.end > entry.start) return [block(index, entry.start, entry.end)];
      return [block(index, entry.start, 1440), block((index + 1) % 7, 0, entry.end)].filter(({ start, end }) => end > start);
    }));
  },

  order: (a, b) => a.start - b.start,
  when: (entry) => `${daysText(entry.week)}, ${clockText(entry.start)}${entry.alone ? '' : ` to ${clockText(entry.end)}`}`,
  what: (entry) => `${entry.alone ? `pump ${entry.alone === 'pump_on' ? 'on' : 'off'}` : 'pump on'}${entry.enable ? '' : ' (switched off)'}`,
  tell(entry) {
    return `${this.when(entry)}: ${this.what(entry)}`;
  },
  mode: () => 'pump-on',

  blank: (day, minutes) => ({ enable: true, week: day?.bit ?? EVERY_DAY, start: minutes ?? 360, end: ((minutes ?? 360) + 120) % 1440 }),

  form(entry) {
    const fields = {
      days: daysField(entry.week), start: timeField(entry.alone ? 'At' : 'From', entry.start),
      end: entry.alone ? null : timeField('Until', entry.end), enable: checkField('Carry this out', entry.enable),
    };
    return {
      fields: Object.values(fields).filter(Boolean),
      note: entry.alone ? 'A start without its stop, or the other way round.' : 'A time that ends before it starts lasts into the next day.',
      value: () => ({
        enable: fields.enable.value(), week: fields.days.value(), start: fields.start.value(),
        ...(entry.alone ? { alone: entry.alone } : { end: fields.end.value() }),
      }),
      wrong: (value) => (!value.alone && value.start === value.end ? 'It ends when it starts.' : ''),
    };
  },
};

// Puts each start together with the nearest stop that has its days and its use.
function pair(entries) {
  const all = entries.map((raw) => ({ enable: raw.enable !== false, week: raw.week ?? 0, at: (raw.hour ?? 0) * 60 + (raw.min ?? 0), mode: raw.mode }));
  const stops = all.filter(({ mode }) => mode !== 'pump_on');
  const found = all.filter(({ mode }) => mode === 'pump_on').map((start) => {
    const fits = (stop) => stop.mode === 'pump_off' && stop.enable === start.enable && stop.at !== start.at &&
      stop.week === (stop.at > start.at ? start.week : nextDays(start.week));
    const wait = (stop) => (stop.at - start.at + 1440) % 1440;
    const stop = stops.filter(fits).reduce((best, one) => (!best || wait(one) < wait(best) ? one : best), null);
    if (!stop) return { enable: start.enable, week: start.week, start: start.at, alone: 'pump_on' };
    stops.splice(stops.indexOf(stop), 1);
    return { enable: start.enable, week: start.week, start: start.at, end: stop.at };
  });
  return [...found, ...stops.map(({ enable, week, at, mode }) => ({ enable, week, start: at, alone: mode }))];
}

function toWire({ enable, week, start, end, alone }) {
  const entry = (days, at, mode) => ({ enable, week: days, hour: Math.floor(at / 60), min: at % 60, mode, param: -1 });
  if (alone) return [entry(week, start, alone)];
  return [entry(week, start, 'pump_on'), entry(end > start ? week : nextDays(week), end, 'pump_off')];
}
