// Clocks. Ages are told by the server's clock: that of a laptop may be anywhere.

let ahead = 0; // milliseconds that the server's clock is ahead of this one

/** Learns the server's time from the Date header of an answer just received. */
export function setClock(header) {
  const there = Date.parse(header ?? '');
  if (Number.isNaN(there)) return;
  // The header has whole seconds: a smaller difference tells nothing.
  const difference = there + 500 - Date.now();
  ahead = Math.abs(difference) < 1500 ? 0 : difference;
}

/** Returns the time of the server, in milliseconds since 1970. */
export const now = () => Date.now() + ahead;

/** Tells how long ago something was, in words: "8 s ago". */
export const ago = (time) => `${span(now() - time)} ago`;

/** Tells how long something takes, in the largest unit that fits. */
export function span(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} days`;
}

const formats = {
  clock: new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' }),
  day: new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short' }),
  date: new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' }),
  month: new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric' }),
  shortMonthYear: new Intl.DateTimeFormat(undefined, { month: 'short', year: 'numeric' }),
  shortMonth: new Intl.DateTimeFormat(undefined, { month: 'short' }),
  shortDay: new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' }),
  weekday: new Intl.DateTimeFormat(undefined, { weekday: 'short' }),
};

/** Formats a time in one of the forms above. */
export const date = (form, time) => formats[form].format(time);

/** Tells when something was: the time of today, else with its day. */
export function when(time) {
  const clock = date('clock', time);
  return new Date(time).toDateString() === new Date(now()).toDateString() ? clock : `${date('day', time)}, ${clock}`;
}

/** Returns the midnight with which a day began, some days after that of a time. Days have 23 to 25 hours. */
export function midnight(time, days = 0) {
  const day = new Date(time);
  day.setHours(0, 0, 0, 0);
  day.setDate(day.getDate() + days);
  return day;
}

/** Returns a day as the interface writes it, "2026-11-22". */
export function dayText(time) {
  const day = new Date(time);
  const two = (value) => String(value).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}
