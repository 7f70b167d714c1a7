// A tariff by the time of use: what electricity costs when, which the heater goes by.

import { known, NOTHING, plain, price } from '../units.js';
import { ALL_MONTHS, clockText, DAYS, daysText, EVERY_DAY, monthsText } from './days.js';
import { daysField, monthsField, numberField, timeField } from './form.js';

/** The tariff as the section of schedules takes it. */
export const tou = {
  kind: 'tou',
  title: 'Electricity tariff',
  about: 'The heater avoids heating when electricity is dear, by its own clock.',
  empty: 'No tariff is set.',
  entry: 'Period',
  most: 16,
  fitted: (heater) => heater.features?.program_reservation_use !== false,
  command: 'tou',
  on: (model, heater) => (known(heater.status?.tou_status) ? heater.status.tou_status !== 0 : model.enabled),
  runs: 'The heater goes by the tariff',
  rests: 'The heater does not go by the tariff',

  read(document) {
    const info = document.tou_info ?? {};
    const periods = document.reservation ?? (info.schedule ?? []).flatMap(({ season, interval }) => (interval ?? []).map((period) => ({ ...period, season })));
    return {
      enabled: document.reservation_use === true,
      name: [document.name ?? info.name, document.utility ?? info.utility].filter(Boolean).join(', '),
      entries: periods.map((raw) => ({
        season: raw.season ?? 0, week: raw.week ?? 0,
        start: (raw.start_hour ?? 0) * 60 + (raw.start_minute ?? 0), end: (raw.end_hour ?? 0) * 60 + (raw.end_minute ?? 0),
        least: raw.price_min ?? null, most: raw.price_max ?? raw.price_min ?? null, decimals: raw.decimal_point ?? 5,
      })),
    };
  },

  write(model, heater) {
    return { kind: 'tou', reservation_use: this.on(model, heater), reservation: model.entries.map(toWire) };
  },

  // A week has the prices of some months: those of one season.
  seasons: (model) => [...new Set(model.entries.map(({ season }) => season))].sort((a, b) => (a & -a) - (b & -b)).map((season) => [season, monthsText(season)]),
  season: (model, month) => model.entries.find(({ season }) => season & (1 << month))?.season ?? model.entries[0]?.season ?? ALL_MONTHS,

  blocks(model, { season }) {
    const steps = prices(model, season);
    return model.entries.filter((entry) => entry.season === season).flatMap((entry) => DAYS.filter(({ bit }) => entry.week & bit).map(({ index }) => ({
      index, start: entry.start, end: entry.end + 1, entry, type: level(entry.least, steps), label: this.tell(entry), text: plain(entry.least), short: known(entry.least) ? entry.least.toFixed(2) : NOTHING, faint: false,
    })));
  },

  order: (a, b) => a.season - b.season || b.week - a.week || a.start - b.start,
  when: (entry) => `${daysText(entry.week)}, ${clockText(entry.start)} to ${clockText(entry.end)}`,
  what: (entry) => `${entry.least === entry.most ? price(entry.least) : `${price(entry.least)} to ${price(entry.most)}`} a kWh, ${monthsText(entry.season)}`,
  tell(entry) {
    return `${this.when(entry)}: ${this.what(entry)}`;
  },
  mode: (entry, model) => level(entry.least, prices(model, entry.season)),

  blank: (day, minutes, season) => ({ season: season ?? ALL_MONTHS, week: day?.bit ?? EVERY_DAY, start: minutes ?? 960, end: Math.min(1439, (minutes ?? 960) + 239), least: 0.3, most: 0.3, decimals: 5 }),

  form(entry) {
    const step = 10 ** -entry.decimals;
    const fields = {
      months: monthsField(entry.season), days: daysField(entry.week),
      start: timeField('From', entry.start), end: timeField('Until', entry.end),
      least: numberField('Lowest price a kWh', entry.least ?? 0, { min: 0, max: 1000, step }),
      most: numberField('Highest price a kWh', entry.most ?? 0, { min: 0, max: 1000, step }),
    };
    return {
      fields: Object.values(fields),
      note: 'The last minute belongs to the period: until 15:59 means up to 16:00. A period over midnight is two.',
      value: () => {
        const amount = (field) => Number(field.value().toFixed(entry.decimals));
        return { season: fields.months.value(), week: fields.days.value(), start: fields.start.value(), end: fields.end.value(), least: amount(fields.least), most: amount(fields.most), decimals: entry.decimals };
      },
      wrong: (value) => (value.end < value.start ? 'A period ends on the day on which it starts: make two of one that lasts over midnight.' : value.most < value.least ? 'The highest price is not below the lowest.' : ''),
    };
  },
};

const toWire = (entry) => ({
  season: entry.season, week: entry.week, start_hour: Math.floor(entry.start / 60), start_minute: entry.start % 60,
  end_hour: Math.floor(entry.end / 60), end_minute: entry.end % 60, price_min: entry.least, price_max: entry.most, decimal_point: entry.decimals,
});

const prices = (model, season) => [...new Set(model.entries.filter((entry) => entry.season === season).map(({ least }) => least))].sort((a, b) => a - b);

// Where a price stands among those of its season: a third each.
function level(price, steps) {
  const share = steps.length < 2 ? 0 : steps.indexOf(price) / (steps.length - 1);
  return share < 0.34 ? 'price-low' : share < 0.67 ? 'price-mid' : 'price-high';
}
