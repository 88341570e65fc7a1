#!/usr/bin/env bash
# From the project's files to workers in the cluster. See --help.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail

here=$(dirname -- "${BASH_SOURCE[0]}")
# shellcheck source=lib/common.sh
source "$here/lib/common.sh"
# shellcheck source=lib/settings.sh
source "$here/lib/settings.sh"
# shellcheck source=lib/cluster.sh
source "$here/lib/cluster.sh"

usage() {
  cat <<HELP
Usage: scripts/deploy-cluster.sh [OPTIONS]

Checks the settings, builds and pushes the image, and applies the workload to the cluster: check, build-image.sh --push,
apply-task.sh. Insert tasks before or after it: dotnet run insert-tasks

  --delete-when-done  wait until the Job has ended, then delete it with all of the task (remove-task.sh); WORKLOAD=job only
  --image IMAGE       take this image and build none
  --base-image IMAGE  for build-image.sh
  --skip-check        do not run "dotnet run check" first
$common_options_help
HELP
  #if (gke)
  google_deploy_help
  #endif
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
      "To look: kubectl --context $KUBE_CONTEXT --namespace $TASK_NAME get jobs"
    ((failures == 1)) || pause=$((pause < 150 ? 2 * pause : 300))
    say "Try $failures of $most; the next follows in $pause s."
  done
  say "The Job has ended: $end."
  [[ $end == Complete ]]
}

# Deletes the cluster, or on a cluster that it did not make, the task.
delete_all() {
  #if (gke)
  if in_google; then
    bash "$here/delete-cluster.sh" "${handed_on[@]}" --yes
    trap - EXIT
    return
  fi
  #endif
  bash "$here/remove-task.sh" "${handed_on[@]}" --yes
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

needed=(KUBE_CONTEXT TASK_NAME TASK_DOCKER_IMAGE TASK_REPLICAS CPU_REQUEST MEMORY_REQUEST)
#if (gke)
needed+=(GOOGLE_COMPUTE_TYPE MAX_NODES)
#endif
read_settings "${needed[@]}"
check_for_cluster
[[ $delete_when_done == no || $WORKLOAD == job ]] ||
  fail 64 "WORKLOAD is $WORKLOAD, which never ends." '--delete-when-done is for WORKLOAD=job.'
tools=('kubectl=https://kubernetes.io/docs/tasks/tools/')
#if (gke)
! in_google || tools+=('gcloud=https://cloud.google.com/sdk/docs/install')
#endif
need_tools "${tools[@]}"
common_options
#if (gke)
# There the context comes with the cluster.
in_google ||
#endif
find_context

if [[ $check == yes ]]; then
  need_tools 'dotnet=https://dotnet.microsoft.com/download'
  (cd -- "$root" && run_aside dotnet run check --env-file "$env_file" --cluster-env "$cluster_env")
fi
if [[ -z $image ]]; then
  build=("$here/build-image.sh" "${handed_on[@]}" --push ${build[@]+"${build[@]}"})
  if [[ $dry_run == yes ]]; then bash "${build[@]}"; else image=$(bash "${build[@]}"); fi
fi
#if (gke)
if in_google; then
  [[ $dry_run == yes ]] || trap tell_costs EXIT
  bash "$here/make-cluster.sh" "${handed_on[@]}"
fi
#endif
bash "$here/apply-task.sh" "${handed_on[@]}" --image "${image:-$TASK_DOCKER_IMAGE}"

[[ $delete_when_done == yes ]] || exit 0
code=0
[[ $dry_run == yes ]] || wait_for_end || code=75
delete_all
exit "$code"
