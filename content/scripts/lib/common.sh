# shellcheck shell=bash
# Options, messages and commands of the scripts. They work with bash 3.2, which macOS has.

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
env_file=$root/config/task.env
cluster_env=$root/config/cluster.env
dry_run=no

common_options_help='  --env-file FILE     settings of the task, in place of config/task.env; secret.env beside it is read, too
  --cluster-env FILE  settings of the cluster, in place of config/cluster.env
  --dry-run           print the commands and run none
  --help              show this page'

# fail CODE WHAT [WHERE OR WHAT NEXT]...: ends with an exit code of sysexits.h, as the program does.
fail() {
  local code=$1 what=$2 line
  shift 2
  printf 'error: %s\n' "$what" >&2
  for line in "$@"; do
    printf '  %s\n' "$line" >&2
  done
  exit "$code"
}

say() {
  printf '%s\n' "$*" >&2
}

# Takes an option that every script has; "taken" is how many words it was. Anything else is an error.
common_option() {
  taken=1
  case $1 in
    --help | -h) usage && exit 0 ;;
    --dry-run) dry_run=yes ;;
    --env-file) option_value "$@" && env_file=$value ;;
    --cluster-env) option_value "$@" && cluster_env=$value ;;
    *) fail 64 "There is no option \"$1\"." "scripts/${0##*/} --help shows those there are." ;;
  esac
}

# The value of an option that has one, in "value".
option_value() {
  [[ $# -ge 2 && -n $2 ]] || fail 64 "$1 needs a value."
  value=$2
  # shellcheck disable=SC2034 # read by the loops of the scripts
  taken=2
}

# What one script hands on to another.
common_options() {
  handed_on=(--env-file "$env_file" --cluster-env "$cluster_env")
  [[ $dry_run == no ]] || handed_on+=(--dry-run)
}

# need_tools TOOL=WHERE-TO-GET-IT...: all that are missing at once. A dry run needs none.
need_tools() {
  local tool missing=()
  [[ $dry_run == no ]] || return 0
  for tool in "$@"; do
    command -v "${tool%%=*}" >/dev/null || missing+=("${tool%%=*}: ${tool#*=}")
  done
  ((${#missing[@]} == 0)) || fail 69 'These programs are missing:' "${missing[@]}"
}

# Runs a command that changes something, after showing it; a dry run only shows it.
run() {
  if [[ $dry_run == yes ]]; then
    shown "$@"
  else
    shown "$@" | sed 's/^/+ /' >&2
    "$@"
  fi
}

# The same for a command whose output is none of the script's.
run_aside() {
  if [[ $dry_run == yes ]]; then shown "$@"; else run "$@" >&2; fi
}

# A command line as it could be pasted.
shown() {
  local line
  printf -v line ' %q' "$@"
  printf '%s\n' "${line:1}"
}
