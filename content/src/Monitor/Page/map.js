// The rows, where they are, coloured by how they ended: a shape a row, or a square for those near one another.
import { element, svg } from "./dom.js";
import { count, counted } from "./text.js";

const WIDTH = 1000;
const MARGIN = 4;

export function map(target, note, view) {
  const corners = view.shapes.flatMap(shape => shape.slice(3));
  const xs = corners.filter((_, index) => index % 2 === 0);
  const ys = corners.filter((_, index) => index % 2 === 1);
  const [west, east, south, north] = [min(xs), max(xs), min(ys), max(ys)];
  // Degrees of longitude get shorter towards the poles: at the middle of the map, lengths are true.
  const squeeze = Math.max(0.05, Math.cos((south + north) / 2 * Math.PI / 180));
  const scale = (WIDTH - 2 * MARGIN) / Math.max((east - west) * squeeze, (north - south) * 1.2, 1e-9);
  const x = longitude => (MARGIN + (longitude - west) * squeeze * scale).toFixed(1);
  const y = latitude => (MARGIN + (north - latitude) * scale).toFixed(1);
  const [width, height] = [(east - west) * squeeze * scale + 2 * MARGIN, (north - south) * scale + 2 * MARGIN];

  let [done, failed, retrying] = [0, 0, 0];
  // One path for each colour: five thousand elements would be slow to draw.
  const paths = { queued: "", done: "", retrying: "", failed: "" };
  for (const [d, f, r, ...ring] of view.shapes) {
    [done, failed, retrying] = [done + d, failed + f, retrying + r];
    let path = "";
    for (let corner = 0; corner < ring.length; corner += 2) path += `${corner ? "L" : "M"}${x(ring[corner])} ${y(ring[corner + 1])}`;
    paths[f > 0 ? "failed" : r > 0 ? "retrying" : d > 0 ? "done" : "queued"] += `${path}Z`;
  }
  const text = `Map of ${counted(done + failed + retrying, "row")}: ${count(done)} done, ${count(failed)} failed, ${count(retrying)} to be tried again; longitude ${degrees(west)} to ${degrees(east)}, latitude ${degrees(south)} to ${degrees(north)}.`;
  const picture = svg("svg", { viewBox: `0 0 ${width.toFixed(1)} ${height.toFixed(1)}`, role: "img", "aria-label": text });
  for (const [name, path] of Object.entries(paths)) if (path) picture.append(svg("path", { class: name, d: path }));
  target.replaceChildren(picture);

  const legend = [["done", "done"], ["failed", "failed"], ["retrying", "to be tried again"], ["queued", "not ended in this run"]].filter(([name]) => paths[name])
    .map(([name, words]) => element("span", `legend mark-${name}`, words));
  const words = [`Longitude ${degrees(west)} to ${degrees(east)}, latitude ${degrees(south)} to ${degrees(north)}.`];
  if (view.cellDegrees) words.push(`Each square stands for the rows in ${Number(view.cellDegrees.toPrecision(2))} degrees; one that failed colours it.`);
  if (view.withoutBounds > 0) words.push(`${counted(view.withoutBounds, "row")} without a place.`);
  note.replaceChildren(...legend, words.join(" "));
}

// Spread arguments overflow the stack where there are many.
const min = numbers => numbers.reduce((a, b) => Math.min(a, b), Infinity);
const max = numbers => numbers.reduce((a, b) => Math.max(a, b), -Infinity);

const degrees = number => `${Number(number.toFixed(2))}°`;
