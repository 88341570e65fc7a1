// The page: which run it shows, what the server sends, and what is old news.
import { $, show, write } from "./dom.js";
import { showRun, showMap } from "./run.js";
import { showRuns } from "./runs.js";
import { clock } from "./text.js";

const run = location.pathname.startsWith("/runs/") ? decodeURIComponent(location.pathname.slice("/runs/".length)) : null;
const Again = 5000;
const HiddenFor = 30000;

let source = null;
let pause = 0;
let last = null;

function listen() {
  source = new EventSource(`/api/events${run === null ? "" : `?run=${encodeURIComponent(run)}`}`);
  source.onmessage = message => receive(JSON.parse(message.data));
  source.addEventListener("map", message => showMap(JSON.parse(message.data)));
  source.onerror = () => {
    write($("freshness"), last ? `No answer from the monitor; as of ${clock(last.at)}` : "No answer from the monitor");
    // The browser tries again by itself, unless it was refused.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => document.hidden || listen(), Again);
  };
}

function receive(state) {
  write($("project"), state.project);
  document.title = `${run ?? "Runs"} · ${state.project}`;
  show($("problem"), Boolean(state.problem));
  write($("problem"), state.problem ? `${state.problem.join("\n")}${last ? `\nWhat is below is as of ${clock(last.at)}.` : ""}` : "");
  if (state.problem) return;
  last = state;
  write($("freshness"), `As of ${clock(state.at)}${state.nextSeconds > 5 ? `, next in ${Math.round(state.nextSeconds)} s` : ""}`);
  if (state.run) showRun(state.run);
  else showRuns(state.runs);
}

// A page that nobody sees asks for nothing, so that queue and store have peace.
document.addEventListener("visibilitychange", () => {
  clearTimeout(pause);
  if (document.hidden) pause = setTimeout(() => source.close(), HiddenFor);
  else if (source.readyState === EventSource.CLOSED) listen();
});

listen();
