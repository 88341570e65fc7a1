#!/usr/bin/env bash
# Starts several workers on this machine and waits for them. See --help.
set -euo pipefail

usage() {
  cat <<'HELP'
Usage: scripts/start-workers.sh COUNT [WORKER OPTIONS]

Builds the project, starts COUNT workers on this machine and waits until the
queue is empty. Each line has the name of its worker before it. Ctrl-C or
SIGTERM stops all of them in good order. The exit code is the highest of the
workers' exit codes; 0 when all went well.

  scripts/start-workers.sh 4
  scripts/start-workers.sh 4 --concurrency 2

The options are those of "dotnet run help worker".
HELP
}

fail() {
  printf 'error: %s\nRun scripts/start-workers.sh --help to see how it is used.\n' "$1" >&2
  exit 64
}

case "${1-}" in
  -h | --help) usage && exit 0 ;;
  '') fail 'The number of workers is missing.' ;;
esac
[[ $1 =~ ^[1-9][0-9]{0,2}$ ]] || fail "The number of workers is \"$1\"; allowed: 1 to 999."
count=$1
shift

cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
projects=(*.csproj)
dotnet build "${projects[0]}" --verbosity quiet --nologo >&2
program=$(dotnet msbuild "${projects[0]}" -getProperty:TargetPath)

workers=()
# shellcheck disable=SC2317 # called by the trap
stop() {
  kill -TERM "${workers[@]}" 2>/dev/null || true
}
trap stop INT TERM

for ((number = 1; number <= count; number++)); do
  dotnet "$program" worker --exit-when-empty --name "worker-$number" "$@" &
  workers+=("$!")
done

worst=0
for worker in "${workers[@]}"; do
  code=0
  wait "$worker" || code=$?
  # A signal ends the wait, not the worker.
  while ((code > 128)) && kill -0 "$worker" 2>/dev/null; do
    code=0
    wait "$worker" || code=$?
  done
  ((code <= worst)) || worst=$code
done
exit "$worst"
