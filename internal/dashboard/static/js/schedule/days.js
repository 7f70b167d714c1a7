// Days of the week and months of the year as schedules have them: bits of a number.

import { list } from '../words.js';

const BITS = [64, 32, 16, 8, 4, 2, 128]; // Monday to Sunday
const LONG = BITS.map((_, i) => new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' }).format(Date.UTC(2024, 0, 1 + i)));

/** The days in the order of the reader's calendar: {bit, index, short, long}. Index 0 is Monday. */
export const DAYS = (() => {
  const days = BITS.map((bit, index) => ({ bit, index, long: LONG[index], short: LONG[index].slice(0, 3) }));
  return firstDay() === 7 ? [days[6], ...days.slice(0, 6)] : days;
})();

function firstDay() {
  try {
    const locale = new Intl.Locale(navigator.language);
    return (locale.getWeekInfo?.() ?? locale.weekInfo)?.firstDay ?? 1;
  } catch {
    return 1;
  }
}

export const EVERY_DAY = 254;
const WEEKDAYS = 124, WEEKEND = 130;

/** Names a set of days. */
export function daysText(week) {
  if ((week & EVERY_DAY) === EVERY_DAY) return 'Every day';
  if (week === WEEKDAYS) return 'Monday to Friday';
  if (week === WEEKEND) return 'Saturday and Sunday';
  const days = DAYS.filter(({ bit }) => week & bit);
  if (days.length === 0) return 'On no day';
  return days.length < 3 ? list(days.map((day) => day.long)) : days.map((day) => day.short).join(' ');
}

/** Returns the days after those of a set. */
export const nextDays = (week) => BITS.reduce((next, bit, i) => (week & bit ? next | BITS[(i + 1) % 7] : next), 0);

/** The months, bit 0 for January. */
export const MONTHS = Array.from({ length: 12 }, (_, i) => {
  const name = (month) => new Intl.DateTimeFormat('en', { month, timeZone: 'UTC' }).format(Date.UTC(2024, i, 1));
  return { bit: 1 << i, short: name('short'), long: name('long') };
});

export const ALL_MONTHS = 4095;

/** Names a set of months: "Jun – Sep", "Oct – May", "Jan, Mar". */
export function monthsText(season) {
  if ((season & ALL_MONTHS) === ALL_MONTHS) return 'All year';
  const has = (i) => Boolean(season & (1 << ((i + 12) % 12)));
  const runs = [];
  for (let i = 0; i < 12; i++) {
    if (!has(i) || has(i - 1)) continue;
    let end = i;
    while (has(end + 1)) end++;
    const from = MONTHS[i].short, to = MONTHS[end % 12].short;
    runs.push(end === i ? from : `${from} – ${to}`);
  }
  return runs.join(', ') || 'In no month';
}

const two = (value) => String(value).padStart(2, '0');

/** Writes minutes of a day as fields of a form have them: "06:30". */
export const timeText = (minutes) => `${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}`;

/** Reads what timeText writes; NaN when it is none. */
export function minutesOf(text) {
  const [, hours, minutes] = String(text).match(/^(\d{1,2}):(\d{2})/) ?? [];
  return Number(hours) * 60 + Number(minutes);
}

const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' });

/** Writes minutes of a day as the reader's clock has them. */
export const clockText = (minutes) => clock.format(minutes * 60_000);
