// From values to places on a chart, and the marks of its axes.

import { date } from '../time.js';

/** Returns a function that maps a range of values to one of pixels. */
export function scale([from, to], [start, end]) {
  const factor = (end - start) / (to - from || 1);
  return (value) => start + (value - from) * factor;
}

/** Returns round numbers, about as many as asked for, that span from one value to another. */
export function ticks(from, to, about) {
  const rough = (to - from) / about || 1, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.99);
  const first = Math.ceil(from / step - 1e-9), last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

/** Widens a range to whole ticks. */
export function widen(from, to, about) {
  const marks = ticks(from, to, about), step = marks.length > 1 ? marks[1] - marks[0] : 1;
  return [Math.floor(from / step + 1e-9) * step, Math.ceil(to / step - 1e-9) * step];
}

const HOUR = 3600_000, DAY = 24 * HOUR;

/**
 * Returns the marks of a time axis, {at, text}, in the browser's time zone: hours of a day,
 * days of a month or months of a year, as many as there is room for.
 */
export function timeTicks(from, to, room) {
  const span = to - from, most = Math.max(2, Math.floor(room));
  if (span <= 2 * DAY) {
    const hours = [1, 2, 3, 4, 6, 12, 24].find((size) => span / HOUR / size <= most) ?? 24;
    return marks(from, to, (day) => day.setHours(0, 0, 0, 0), (day) => day.setHours(day.getHours() + hours), 'clock');
  }
  if (span <= 62 * DAY) {
    const days = [1, 2, 5, 7, 10, 14].find((size) => span / DAY / size <= most) ?? 14;
    return marks(from, to, (day) => day.setHours(0, 0, 0, 0), (day) => day.setDate(day.getDate() + days), span <= 9 * DAY ? 'weekday' : 'shortDay');
  }
  const months = [1, 2, 3, 6].find((size) => span / DAY / 30 / size <= most) ?? 6;
  return marks(from, to, (day) => { day.setHours(0, 0, 0, 0); day.setDate(1); }, (day) => day.setMonth(day.getMonth() + months), 'shortMonth');
}

// Steps go through the calendar, so that days of 23 and 25 hours keep their marks at midnight.
function marks(from, to, begin, advance, form) {
  const at = new Date(from), found = [];
  begin(at);
  while (at.getTime() <= to) {
    if (at.getTime() >= from) found.push({ at: at.getTime(), text: date(form, at) });
    advance(at);
  }
  return found;
}
