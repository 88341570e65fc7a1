// Stands for a program on PATH: keeps its arguments, refuses flags that the real one does not have, and prints an answer.
// Usage: node tool.mjs NAME ARGUMENT...
//   FAKE_LOG      file that gets a JSON line for each call
//   FAKE_FLAGS    JSON: {"gcloud container clusters create": ["--project", ...]}; programs without an entry take any flag
//   FAKE_ANSWERS  JSON: {"gcloud container clusters list": "my-cluster"}, or {"docker push": 1} for an exit code;
//                 of a list, each call gets the next, and all further calls the last
import { appendFileSync, existsSync, readFileSync } from "node:fs";

const [name, ...args] = process.argv.slice(2);
const flags = JSON.parse(readFileSync(process.env.FAKE_FLAGS, "utf8"));
const answers = JSON.parse(readFileSync(process.env.FAKE_ANSWERS, "utf8"));

// kubectl has options before its command, each with a value.
const start = name === "kubectl" ? args.findIndex((arg, i) => i % 2 === 0 && !arg.startsWith("-")) : 0;
const words = [name];
for (const arg of args.slice(Math.max(start, 0))) {
  if (arg.startsWith("-")) break;
  words.push(arg);
}
const longest = table => words.map((_, i) => words.slice(0, words.length - i).join(" ")).find(key => key in table);

const command = longest(flags);
const isStrict = Object.keys(flags).some(key => key.startsWith(`${name} `));
const unknown = !isStrict ? []
  : command === undefined ? [`command: ${words.join(" ")}`]
  : args.filter(arg => arg.startsWith("-") && arg !== "-" && !flags[command].includes(arg.split("=")[0]));
const answered = longest(answers);
const earlier = (existsSync(process.env.FAKE_LOG) ? readFileSync(process.env.FAKE_LOG, "utf8").split("\n") : [])
  .filter(line => line !== "" && JSON.parse(line).answered === answered).length;
appendFileSync(process.env.FAKE_LOG, `${JSON.stringify({ answered, line: [name, ...args].join(" "), unknown })}\n`);
if (unknown.length > 0) {
  console.error(`ERROR: unrecognized: ${unknown.join(" ")}`);
  process.exit(2);
}

const all = [answers[answered] ?? ""].flat();
const answer = all[Math.min(earlier, all.length - 1)];
if (typeof answer === "number") {
  console.error(`error: ${name} was told to fail`);
  process.exit(answer);
}
if (answer !== "") console.log(answer);
