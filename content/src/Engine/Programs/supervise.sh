# Runs a program for one row: sh FOLDER/supervise.sh TENTHS PROGRAM [ARGUMENT...]. The row is in FOLDER/row.json.
# The worker holds the other end of standard input. That end closes when the row is to stop, and when the worker dies. Then
# all processes of the program get SIGTERM and, after TENTHS of a second, SIGKILL.
folder=${0%/*}
tenths=$1
shift

# A signal to the whole job reaches the worker, too; the worker decides what it means for the row.
trap '' TERM INT HUP
exec 3<&0

# The program leads a group of its own. macOS has no setsid; its sh makes groups by itself.
if command -v setsid >/dev/null; then set -- setsid "$@"; else set -m; fi
(
  trap - TERM INT HUP
  export TASK_SCRATCH="$folder" TMPDIR="$folder"
  exec "$@"
) <"$folder/row.json" 3<&- &
program=$!
# The worker says how the program ended; some shells would say it, too.
exec 2>/dev/null

# Before it has become a group, the program is one process.
send() { kill -s "$1" -- "-$program" || kill -s "$1" "$program"; }
lives() { kill -s 0 "$program" || kill -s 0 -- "-$program"; }

# Those that left the group still have the folder in their environment; Linux shows it.
sweep() {
  for _ in 1 2 3 4 5; do
    left=$(grep -lsF "TASK_SCRATCH=$folder" /proc/[0-9]*/environ)
    [ -n "$left" ] || return
    for file in $left; do
      process=${file#/proc/}
      kill -s KILL "${process%/environ}"
    done
  done
}

(
  read -r _
  : >"$folder/stopped"
  send TERM
  while [ "$tenths" -gt 0 ] && lives; do
    sleep 0.1
    tenths=$((tenths - 1))
  done
  send KILL
  sweep
) <&3 >/dev/null &
guard=$!

wait "$program"
code=$?
if [ -e "$folder/stopped" ]; then
  wait "$guard"
  rm -rf "$folder"
else
  kill -s KILL "$guard"
fi
# What the program started in its group and left behind.
kill -s KILL -- "-$program"
exit "$code"
