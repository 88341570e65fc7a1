// Buttons that change something ask first, and say afterwards what came of it.
import { $, show, write } from "./dom.js";

const token = document.querySelector("meta[name=forgery-token]").content;

async function ask(path, body) {
  try {
    const response = await fetch(path, body === undefined ? {} : {
      method: "POST", headers: { "Content-Type": "application/json", "X-Monitor-Token": token }, body: JSON.stringify(body),
    });
    const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
    return { isDone: response.ok, text: isJson ? (await response.json()).text : await response.text() };
  } catch {
    return { isDone: false, text: "The monitor does not answer." };
  }
}

/** A dialog of the browser keeps the focus inside, and Escape closes it. */
async function confirm(title, text, yes) {
  const dialog = $("confirm");
  write($("confirm-title"), title);
  write($("confirm-text"), text);
  write($("confirm-yes"), yes);
  show($("confirm-yes"), true);
  write($("confirm-no"), "Leave it");
  dialog.returnValue = "";
  dialog.showModal();
  await new Promise(resolve => dialog.addEventListener("close", resolve, { once: true }));
  return dialog.returnValue === "yes";
}

function tell(title, text) {
  write($("confirm-title"), title);
  write($("confirm-text"), text);
  show($("confirm-yes"), false);
  write($("confirm-no"), "Close");
  $("confirm").showModal();
}

$("confirm-yes").addEventListener("click", () => $("confirm").close("yes"));
$("confirm-no").addEventListener("click", () => $("confirm").close("no"));
$("log-close").addEventListener("click", () => $("log").close());

export async function cancel(run) {
  if (await confirm(`Cancel ${run}?`, "Running tasks stop within 10 s, queued ones never start. What is done stays done. A cancelled run takes no more tasks.", "Cancel the run"))
    await act(`/api/runs/${encodeURIComponent(run)}/cancel`, {}, "The run was not cancelled");
}

export async function requeue(run, id) {
  const what = id === null ? "all failed tasks" : id;
  if (await confirm(`Put ${what} back in the queue?`, "They start again with no attempts counted. Mend first what made them fail.", "Put back"))
    await act(`/api/runs/${encodeURIComponent(run)}/requeue`, { id }, "Nothing was put back");
}

async function act(path, body, failure) {
  const answer = await ask(path, body);
  write($("news"), answer.text);
  if (!answer.isDone) tell(failure, answer.text);
}

export async function readLog(run, id, canRequeue) {
  write($("log-title"), id);
  write($("log-text"), "Reading");
  show($("log-requeue"), canRequeue);
  $("log-requeue").onclick = () => {
    $("log").close();
    requeue(run, id);
  };
  $("log").showModal();
  write($("log-text"), (await ask(`/api/runs/${encodeURIComponent(run)}/log?id=${encodeURIComponent(id)}`)).text);
}
