// Moments and spans: as the server spells them, as numbers of milliseconds, as people read them.

/** Milliseconds since 1970 of `2026-01-24T10:30:00.000001Z`; parts of milliseconds stay. */
export function parse(text) {
  const dot = text.indexOf(".");
  return dot < 0 ? Date.parse(text) : Date.parse(`${text.slice(0, dot)}Z`) + Number(`0${text.slice(dot, -1)}`) * 1000;
}

const two = (number) => String(number).padStart(2, "0");

/** `10:30:05` or, where it matters, `10:30:05.250`. */
export function clockTime(ms, withFraction = false) {
  const date = new Date(ms);
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  return withFraction ? `${time}.${String(date.getUTCMilliseconds()).padStart(3, "0")}` : time;
}

/** `2026-01-24`. */
export const day = (ms) => new Date(ms).toISOString().slice(0, 10);

/** `24 Jan 10:30:05`, and nothing for nothing. */
export function full(text) {
  if (!text) return "";
  const ms = parse(text);
  return `${day(ms)} ${clockTime(ms)}`;
}

/** The time alone where the day is that of `now`. */
export const short = (text, now) => (day(parse(text)) === day(now) ? clockTime(parse(text)) : full(text));

const UNITS = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "m"],
  [1_000, "s"],
];

/** A span in two units at most: `1m 30s`, `250 ms`. */
export function span(ms) {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const parts = [];
  let rest = Math.round(ms / 1_000) * 1_000;
  for (const [unit, name] of UNITS) {
    const count = Math.floor(rest / unit);
    rest -= count * unit;
    if (count) parts.push(`${count}${name}`);
  }
  return ms < 10_000 && ms % 1_000 ? `${(ms / 1_000).toFixed(1)}s` : parts.slice(0, 2).join(" ");
}

const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5, 72e5, 108e5, 216e5, 432e5, 864e5];

/** The distance between two marks of an axis, so that at most `most` of them are seen. */
export function tick(ms, most) {
  return STEPS.find((step) => ms / step <= most) ?? Math.ceil(ms / most / 864e5) * 864e5;
}
