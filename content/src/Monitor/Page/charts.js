// Charts, drawn again each time: they are small.
import { svg } from "./dom.js";
import { count, length, rate } from "./text.js";

/** So many bars are told apart. */
const MOST_BARS = 60;
const HEIGHT = 150;
const LEFT = 44;
const BOTTOM = 22;
const PLOT = HEIGHT - BOTTOM;

/** Where a run's rows are. parts: [class, count]. */
export function bar(target, parts, text) {
  const all = parts.reduce((sum, [, number]) => sum + number, 0);
  let picture = target.firstElementChild;
  if (!picture) {
    picture = svg("svg", { viewBox: "0 0 1000 14", preserveAspectRatio: "none", role: "img" }, svg("rect", { class: "queued", width: 1000, height: 14 }));
    for (const [name] of parts) picture.append(svg("rect", { class: name, height: 14 }));
    target.append(picture);
  }
  picture.setAttribute("aria-label", text);
  let x = 0;
  parts.forEach(([, number], index) => {
    // Anything that is there is seen.
    const width = number === 0 || all === 0 ? 0 : Math.max(4, number / all * 1000);
    const rect = picture.children[index + 1];
    rect.setAttribute("x", Math.min(x, 1000 - width));
    rect.setAttribute("width", width);
    x += width;
  });
}

/** As wide as its place, so that its letters have their size on every screen. */
function frame(width, text) {
  return svg("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": text });
}

const widthOf = target => Math.max(240, target.clientWidth);

function axis(picture, wide, top, topText) {
  for (const [share, label] of [[0, "0"], [1, topText]]) {
    const y = PLOT - share * (PLOT - 8);
    picture.append(
      svg("line", { class: "grid", x1: LEFT, x2: wide, y1: y, y2: y }),
      svg("text", { x: LEFT - 8, y: y + 4, "text-anchor": "end" }, label));
  }
  return value => value / top * (PLOT - 8);
}

/** Rows done and failed, over time. */
export function rates(target, course) {
  if (course.done.length === 0) return target.replaceChildren();
  const together = Math.ceil(course.done.length / MOST_BARS);
  const seconds = course.binSeconds * together;
  const bins = Math.ceil(course.done.length / together);
  const sum = (numbers, bar) => numbers.slice(bar * together, (bar + 1) * together).reduce((a, b) => a + b, 0);
  const perSecond = Array.from({ length: bins }, (_, bar) => [sum(course.done, bar) / seconds, sum(course.failed, bar) / seconds]);
  const wide = widthOf(target);
  const top = Math.max(...perSecond.map(([done, failed]) => done + failed)) || 1;
  const from = Date.parse(course.from);
  const end = from + bins * seconds * 1000;
  const time = moment => new Date(moment).toLocaleTimeString("en-GB", seconds * bins < 600 ? {} : { hour: "2-digit", minute: "2-digit" });
  const picture = frame(wide, `Tasks done a second from ${time(from)} to ${time(end)}: at most ${rate(top)}.`);
  const height = axis(picture, wide, top, rate(top));
  const width = (wide - LEFT) / Math.max(bins, 8);
  const gap = width > 4 ? 1 : 0;
  perSecond.forEach(([done, failed], bin) => {
    const x = LEFT + bin * width;
    const [h, f] = [height(done), height(failed)];
    if (h > 0) picture.append(svg("rect", { class: "done", x, y: PLOT - h, width: width - gap, height: h }));
    if (f > 0) picture.append(svg("rect", { class: "failed", x, y: PLOT - h - f, width: width - gap, height: f }));
  });
  picture.append(
    svg("text", { x: LEFT, y: HEIGHT - 4 }, time(from)),
    svg("text", { x: Math.max(LEFT + 130, LEFT + bins * width), y: HEIGHT - 4, "text-anchor": "end" }, time(end)));
  target.replaceChildren(picture);
}

/** How long tasks took: a bar a bin, on a logarithmic axis. */
export function durations(target, measured) {
  const { edges, counts } = measured;
  if (counts.length === 0) return target.replaceChildren();
  const top = Math.max(...counts);
  const wide = widthOf(target);
  const picture = frame(wide, `Durations of ${count(measured.count)} tasks: half took less than ${length(measured.median)}, nine of ten less than ${length(measured.p90)}, the longest ${length(measured.longest)}.`);
  const height = axis(picture, wide, top, count(top));
  const width = (wide - LEFT) / Math.max(counts.length, 8);
  counts.forEach((number, bin) => {
    if (number === 0) return;
    const h = Math.max(2, height(number));
    picture.append(svg("rect", { class: "done", x: LEFT + bin * width, y: PLOT - h, width: Math.max(1, width - 1), height: h }));
  });
  const last = counts.length;
  picture.append(
    svg("text", { x: LEFT, y: HEIGHT - 4 }, length(edges[0])),
    svg("text", { x: Math.max(LEFT + 110, LEFT + last * width), y: HEIGHT - 4, "text-anchor": "end" }, length(edges[last])));
  target.replaceChildren(picture);
}
