// The page of all runs.
import { bar } from "./charts.js";
import { $, element, list, show, write } from "./dom.js";
import { ago, count, counted } from "./text.js";

export function showRuns(runs) {
  show($("runs"), true);
  show($("empty"), runs.length === 0);
  list($("run-list"), runs, line => line.run, make);
}

function make(line) {
  const link = element("a", "", line.run);
  link.href = `/runs/${encodeURIComponent(line.run)}`;
  const about = element("span", "about");
  const progress = element("div", "bar chart");
  const numbers = element("span", "numbers");
  const state = element("span", "state");
  const item = element("li", "", element("div", "", link, about), element("div", "progress", progress, numbers), state);
  item.update = now => {
    const table = now.table.split("/").pop();
    write(about, `${now.task} over ${table}, ${ago(now.started)}`);
    const words = [`${count(now.done)} of ${counted(now.rows, "row")} done`];
    if (now.running > 0) words.push(`${count(now.running)} running`);
    if (now.failed > 0) words.push(`${count(now.failed)} failed`);
    write(numbers, words.join(", "));
    bar(progress, [["done", now.done], ["failed", now.failed], ["running", now.running], ["queued", now.rows - now.done - now.failed - now.running]], words.join(", "));
    write(state, now.state.toLowerCase());
    state.className = `state ${now.state.toLowerCase()}`;
  };
  return item;
}
