#!/usr/bin/env bash
# What a row costs that is a program: the Python example of "dltask --kind process" over rows of the sample by one worker with
# the default settings, beside a bare loop of Python's subprocess over the same rows. One after the other, so that both
# meet the same noise. Prints rows/s of each round; take the medians.
# Usage: programs.sh PROJECT; a built project made by "dotnet new dltaskqueue" that has "dltask -n Ndvi --kind process".
# PROGRAM_ROWS: 240 unless set. PROGRAM_ROUNDS: 3.
set -euo pipefail
cd -- "$1"
rows=${PROGRAM_ROWS:-240}
name=$(basename -- *.csproj .csproj)
program=(dotnet "bin/Debug/net10.0/$name.dll")
export CF_CLOUDPATH=programs-output TASKQUEUE_PATH=fq://programs-queue
trap 'rm -rf programs-output programs-queue* programs.csv programs.jsonl' EXIT

bare() {
  python3 - <<'PYTHON'
import json, os, subprocess, time
rows = [json.loads(line) for line in open("programs.jsonl")]
start = time.monotonic()
for row in rows:
    end = subprocess.run(["python3", "src/Tasks/ndvi.py"], input=json.dumps(row).encode(), capture_output=True, check=True, env={**os.environ, "TASK_ATTEMPT": "1"})
    json.loads(end.stdout.splitlines()[-1])
print(f"bare loop {len(rows) / (time.monotonic() - start):.1f} rows/s")
PYTHON
}

ours() {
  rm -rf programs-output programs-queue*
  "${program[@]}" insert-tasks --task ndvi --limit "$rows" >/dev/null 2>&1
  "${program[@]}" worker --exit-when-empty >/dev/null 2>&1
  "${program[@]}" results --columns started,seconds --output programs.csv >/dev/null
  python3 - <<'PYTHON'
import csv, datetime
rows = [(datetime.datetime.fromisoformat(row["started"].replace("Z", "+00:00")).timestamp(), float(row["seconds"])) for row in csv.DictReader(open("programs.csv"))]
span = max(start + seconds for start, seconds in rows) - min(start for start, _ in rows)
print(f"worker    {len(rows) / span:.1f} rows/s")
PYTHON
}

"${program[@]}" table tasks --jsonl | head -n "$rows" >programs.jsonl || true
for ((round = 0; round < ${PROGRAM_ROUNDS:-3}; round++)); do
  bare
  ours
done
uptime
