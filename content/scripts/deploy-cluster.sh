#!/usr/bin/env bash
# From the project's files to workers in the cluster. See --help.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail

here=$(dirname -- "${BASH_SOURCE[0]}")
# shellcheck source=lib/common.sh
source "$here/lib/common.sh"
# shellcheck source=lib/settings.sh
source "$here/lib/settings.sh"
# shellcheck source=lib/google.sh
source "$here/lib/google.sh"

usage() {
  cat <<HELP
Usage: scripts/deploy-cluster.sh [OPTIONS]

Checks the settings, builds and pushes the image, makes the cluster, and applies the workload: check, build-image.sh
--push, make-cluster.sh, apply-task.sh. Insert tasks before or after it: dotnet run insert-tasks

  --delete-when-done  wait until the Job has ended, then delete the cluster; WORKLOAD=job only
  --image IMAGE       take this image and build none
  --base-image IMAGE  for build-image.sh
  --skip-check        do not run "dotnet run check" first
$common_options_help
HELP
}

# Prints Complete or Failed when the Job has ended, Gone when it is not there any more, and nothing while it goes on.
job_end() {
  local jobs
  jobs=$(ask_cluster get jobs --selector app=worker \
    --output 'jsonpath={range .items[*]}Job {.status.conditions[?(@.status=="True")].type}{end}') || return
  case $jobs in
    '') echo Gone ;;
    *Complete*) echo Complete ;;
    *Failed*) echo Failed ;;
  esac
}

# Asks every 15 s. A lost connection does no harm, nor do credentials that expire, if somebody signs in within the 38
# minutes of further tries: after 15 s, 30 s, 1, 2, 4, and then 5 minutes.
wait_for_end() {
  local end='' failures=0 most=12 pause=15
  say 'Waiting for the end of the Job. Ctrl-C ends the waiting, not the Job.'
  while [[ -z $end ]]; do
    sleep "$pause"
    if end=$(job_end); then
      failures=0 pause=15
      continue
    fi
    failures=$((failures + 1))
    ((failures < most)) || fail 69 "The cluster could not be asked $most times: the Job may go on, or have ended." \
      "To look: kubectl --context $(context) --namespace $TASK_NAME get jobs"
    ((failures == 1)) || pause=$((pause < 150 ? 2 * pause : 300))
    say "Try $failures of $most; the next follows in $pause s."
  done
  say "The Job has ended: $end."
  [[ $end == Complete ]]
}

# However the script ends early: what it leaves behind costs money.
# shellcheck disable=SC2317 # called by the trap
tell_costs() {
  local code=$?
  ((code != 0)) || return 0
  say "The cluster $GOOGLE_CLUSTER_NAME in $GOOGLE_PROJECT_NAME, $(location), costs money as long as it is there. To delete it:"
  say "  $(shown bash "$here/delete-cluster.sh" "${handed_on[@]}")"
}

delete_when_done=no image='' check=yes build=()
while (($# > 0)); do
  case $1 in
    --delete-when-done) delete_when_done=yes && taken=1 ;;
    --skip-check) check=no && taken=1 ;;
    --image) option_value "$@" && image=$value ;;
    --base-image) option_value "$@" && build=(--base-image "$value") ;;
    *) common_option "$@" ;;
  esac
  shift "$taken"
done

read_settings GOOGLE_PROJECT_NAME GOOGLE_CLUSTER_NAME GOOGLE_ZONE TASK_NAME TASK_DOCKER_IMAGE GOOGLE_COMPUTE_TYPE \
  MAX_NODES TASK_REPLICAS CPU_REQUEST MEMORY_REQUEST
check_for_cluster
[[ $delete_when_done == no || $WORKLOAD == job ]] ||
  fail 64 "WORKLOAD is $WORKLOAD, which never ends." '--delete-when-done is for WORKLOAD=job.'
need_tools 'gcloud=https://cloud.google.com/sdk/docs/install' 'kubectl=https://kubernetes.io/docs/tasks/tools/'
common_options

if [[ $check == yes ]]; then
  need_tools 'dotnet=https://dotnet.microsoft.com/download'
  (cd -- "$root" && run_aside dotnet run check --env-file "$env_file" --cluster-env "$cluster_env")
fi
if [[ -z $image ]]; then
  build=("$here/build-image.sh" "${handed_on[@]}" --push ${build[@]+"${build[@]}"})
  if [[ $dry_run == yes ]]; then bash "${build[@]}"; else image=$(bash "${build[@]}"); fi
fi
[[ $dry_run == yes ]] || trap tell_costs EXIT
bash "$here/make-cluster.sh" "${handed_on[@]}"
bash "$here/apply-task.sh" "${handed_on[@]}" --image "${image:-$TASK_DOCKER_IMAGE}"

[[ $delete_when_done == yes ]] || exit 0
code=0
[[ $dry_run == yes ]] || wait_for_end || code=75
bash "$here/delete-cluster.sh" "${handed_on[@]}" --yes
trap - EXIT
exit "$code"
