#!/usr/bin/env bash
# Removes the task from the cluster. See --help.
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
Usage: scripts/remove-task.sh [OPTIONS]

Removes the task from the cluster, after asking: the namespace TASK_NAME with its workers, settings and secrets. Workers
stop in good order and give their tasks back. The cluster, the queue, the bucket and the image stay.

  --yes               do not ask
$common_options_help
HELP
}

# A namespace that somebody uses for something else, too, is not deleted.
refuse_others() {
  local others
  others=$(ask_cluster get pods,services,persistentvolumeclaims --selector 'app!=worker' --output name)
  [[ -z $others ]] || fail 78 "The namespace $TASK_NAME holds more than this task: ${others//$'\n'/, }" \
    "To remove the workers alone: kubectl --context $KUBE_CONTEXT --namespace $TASK_NAME delete jobs,deployments --selector app=worker" \
    'KEDA starts others while there is a ScaledJob or ScaledObject named worker: delete that before.'
}

yes=no
while (($# > 0)); do
  case $1 in
    --yes) yes=yes && taken=1 ;;
    *) common_option "$@" ;;
  esac
  shift "$taken"
done

read_settings KUBE_CONTEXT TASK_NAME
need_tools 'kubectl=https://kubernetes.io/docs/tasks/tools/'
find_context

delete=(kubectl --context "$KUBE_CONTEXT" delete namespace "$TASK_NAME")
if [[ $dry_run == yes ]]; then
  run "${delete[@]}"
  exit 0
fi
if [[ -z $(ask_cluster get namespace "$TASK_NAME" --ignore-not-found --output name) ]]; then
  say "There is no namespace $TASK_NAME in the cluster of the context $KUBE_CONTEXT."
  exit 0
fi
refuse_others
confirm "Delete the namespace $TASK_NAME in the cluster of the context $KUBE_CONTEXT?" 'the namespace'
run "${delete[@]}"
