// Numbers and times for people.

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

export const count = number => whole.format(number);

export const counted = (number, one) => `${count(number)} ${one}${number === 1 ? "" : "s"}`;

export function rate(perSecond) {
  if (perSecond === 0 || perSecond >= 100) return count(perSecond);
  return String(Number(perSecond.toPrecision(perSecond >= 10 ? 3 : 2)));
}

/** 12 s, 3 min 20 s, 5 h 12 min, 2 d 3 h. */
export function duration(seconds) {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  if (seconds < 3600) return two(Math.round(seconds), 60, "min", "s");
  const minutes = Math.round(seconds / 60);
  return minutes < 1440 ? two(minutes, 60, "h", "min") : two(Math.round(minutes / 60), 24, "d", "h");
}

function two(small, factor, large, unit) {
  const rest = small % factor;
  return `${Math.floor(small / factor)} ${large}${rest ? ` ${rest} ${unit}` : ""}`;
}

/** A length of time to the precision that one reads in a chart: 3 ms, 1.2 s, 5 min. */
export function length(seconds) {
  if (seconds < 0.0995) return `${Number((seconds * 1000).toPrecision(2))} ms`;
  if (seconds < 60) return `${Number(seconds.toPrecision(2))} s`;
  return seconds < 3600 ? `${Number((seconds / 60).toPrecision(2))} min` : `${Number((seconds / 3600).toPrecision(2))} h`;
}

export const ago = time => `${duration(Math.max(0, (Date.now() - Date.parse(time)) / 1000))} ago`;

export const clock = time => new Date(time).toLocaleTimeString("en-GB");

export function left(pace) {
  if (pace.longestSeconds === 0) return "Nothing";
  if (pace.longestSeconds === null) return "Unknown";
  const [low, high] = [coarse(pace.shortestSeconds), coarse(pace.longestSeconds)];
  return low === high ? `About ${low}` : `${low} to ${high}`;
}

/** No more digits than a forecast is good for. */
function coarse(seconds) {
  for (const [limit, step] of [[20, 1], [60, 5], [600, 30], [3600, 60], [36000, 600], [172800, 3600]])
    if (seconds < limit) return duration(Math.max(step, Math.round(seconds / step) * step));
  return duration(Math.round(seconds / 86400) * 86400);
}
