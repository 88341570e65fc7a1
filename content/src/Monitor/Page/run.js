// The page of one run.
import { cancel, readLog, requeue } from "./actions.js";
import { bar, durations, rates } from "./charts.js";
import { $, element, list, show, write } from "./dom.js";
import { map } from "./map.js";
import { ago, clock, count, counted, duration, left, length, rate } from "./text.js";

/** What is told to somebody who listens: not every change, but news. */
const TellAfter = 30000;
let told = { at: 0, text: "", state: "" };
let name = "";

$("cancel").addEventListener("click", () => cancel(name));
$("requeue").addEventListener("click", () => requeue(name, null));

export function showRun(run) {
  const { record, status, pace, course, failures } = run;
  name = record.run;
  show($("run"), true);
  write($("run-title"), record.run);
  const state = status.state.toLowerCase();
  write($("run-state"), state);
  $("run-state").className = `state ${state}`;
  write($("run-about"), `${record.task} over ${record.table.split("/").pop()}, started ${ago(record.started)}, build ${record.build.split("+")[0]}`);
  const isOver = state === "finished" || state === "cancelled";
  show($("cancel"), !isOver);

  showProgress(status, isOver);
  list($("limits"), course.limits, text => text, text => element("li", "", text));
  write($("rate"), rate(isOver ? meanRate(course, status) : pace.perSecond));
  rates($("rate-chart"), course);
  write($("left-title"), isOver ? "It took" : "Time left");
  write($("left"), isOver ? took(course) : leftOf(pace, run.workers));
  durations($("durations"), course.durations);
  write($("durations-text"), durationsText(course));
  showFailures(failures, status, state);
  showWorkers(run.workers, isOver);
  tell(record.run, state, status, pace);
}

export function showMap(view) {
  show($("map-section"), view.shapes.length > 0);
  if (view.shapes.length > 0) map($("map"), $("map-text"), view);
}

function showProgress(status, isOver) {
  const rows = status.rows ?? status.done + status.failed + status.running + status.queued;
  const share = rows === 0 ? 0 : status.done / rows * 100;
  write($("done-share"), `${share > 0 && share < 1 ? share.toFixed(1) : Math.floor(share)} %`);
  write($("done-of"), `${count(status.done)} of ${counted(rows, "row")} done`);
  const parts = [["done", status.done], ["failed", status.failed], ["running", status.running], ["queued", status.queued]];
  bar($("progress"), parts, parts.map(([state, number]) => `${count(number)} ${state}`).join(", "));
  list($("counts"), parts.map(([state, number]) => ({ state, number })), part => part.state, part => {
    const number = element("dd");
    const item = element("div", "", element("dt", `mark-${part.state}`, part.state), number);
    item.update = now => write(number, count(now.number));
    return item;
  });
  const notes = [];
  if (status.missing > 0 && isOver) notes.push(`${counted(status.missing, "row")} neither queued nor done. To queue them again: dotnet run insert-tasks`);
  if (status.delayed > 0) notes.push(`${counted(status.delayed, "task")} rest before the next attempt; the first is due in ${duration(status.secondsToNextAttempt)}.`);
  if (status.doneBefore > 0) notes.push(`${counted(status.doneBefore, "row")} of the table were done before this run.`);
  show($("missing"), notes.length > 0);
  write($("missing"), notes.join(" "));
}

function leftOf(pace, workers) {
  if (pace.longestSeconds !== null) return left(pace);
  return workers.some(worker => worker.state === "Working") ? "Not known yet" : "No worker is alive";
}

const seconds = course => course.firstStart ? (Date.parse(course.lastEnd) - Date.parse(course.firstStart)) / 1000 : 0;
const took = course => course.firstStart ? length(seconds(course)) : "Nothing ran";
const meanRate = (course, status) => seconds(course) > 0 ? status.done / seconds(course) : 0;

function durationsText(course) {
  const { durations: measured, retried } = course;
  if (measured.count === 0) return "No task has ended yet.";
  const again = retried > 0 ? ` ${counted(retried, "task")} took more than one attempt.` : "";
  return `Half take less than ${length(measured.median)}, nine of ten less than ${length(measured.p90)}; the longest took ${length(measured.longest)}.${again}`;
}

function showFailures(failures, status, state) {
  show($("failures"), Boolean(failures) && failures.count > 0 && status.failed > 0);
  if (!failures) return;
  $("requeue").disabled = state === "cancelled";
  write($("failures-title"), `${counted(failures.count, "task")} failed`);
  list($("groups"), failures.groups, group => `${group.example} ${group.error}`, group => {
    const number = element("span", "count");
    const item = element("li", "", number, element("span", "main", group.error), logButton("Log of", group.example, state));
    item.update = now => write(number, count(now.count));
    return item;
  });
  list($("tasks"), failures.tasks, task => `${task.id} ${task.failed}`, task => element(
    "li", "", element("span", "main", task.id, element("span", "sub", `${counted(task.attempts, "attempt")}, ${new Date(task.failed).toLocaleString("en-GB")}${task.worker ? `, on ${task.worker}` : ""}`)),
    logButton("Log of", task.id, state)));
}

function logButton(words, id, state) {
  const button = element("button", "link", `${words} ${id}`);
  button.type = "button";
  button.addEventListener("click", () => readLog(name, id, state !== "cancelled"));
  return button;
}

function showWorkers(workers, isOver) {
  show($("no-workers"), !isOver && !workers.some(worker => worker.state === "Working"));
  list($("workers"), workers, worker => worker.name, worker => {
    const [doing, numbers] = [element("span", "sub"), element("span", "")];
    const item = element("li", "", element("span", "main", worker.name, doing), numbers);
    item.update = now => {
      const more = now.running - now.rows.length;
      const rows = now.rows.length > 0 ? `${now.rows.join(", ")}${more > 0 ? ` and ${count(more)} more` : ""}` : `${counted(now.running, "task")}`;
      write(doing, now.state === "Silent" ? `Silent since ${clock(now.lastSeen)}: probably killed`
        : now.state === "Left" ? `Left at ${clock(now.lastSeen)}` : now.running === 0 ? "Waits for tasks" : `Runs ${rows}`);
      write(numbers, `${count(now.done)} done${now.failed > 0 ? `, ${count(now.failed)} failed` : ""}`);
    };
    return item;
  });
}

function tell(run, state, status, pace) {
  const text = `${run} is ${state}: ${count(status.done)} done, ${count(status.failed)} failed. ${state === "running" ? `Time left: ${left(pace)}.` : ""}`;
  if (state === told.state && (Date.now() - told.at < TellAfter || text === told.text)) return;
  told = { at: Date.now(), text, state };
  write($("news"), text);
}
