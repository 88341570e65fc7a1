#!/usr/bin/env bash
# Applies the workload to the cluster. See --help.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail

here=$(dirname -- "${BASH_SOURCE[0]}")
# shellcheck source=lib/common.sh
source "$here/lib/common.sh"
# shellcheck source=lib/settings.sh
source "$here/lib/settings.sh"
# shellcheck source=lib/cluster.sh
source "$here/lib/cluster.sh"
# shellcheck source=lib/manifests.sh
source "$here/lib/manifests.sh"

usage() {
  cat <<HELP
Usage: scripts/apply-task.sh [OPTIONS]

Applies settings, image and workload to the cluster. Run it again after a change: when the cluster accepts the new
manifests, earlier workers stop in good order and give their tasks back, and new ones start.

  --image IMAGE       the image, in place of TASK_DOCKER_IMAGE; a digest always names the same image
$common_options_help
HELP
}

# Kinds of objects that would go on with earlier settings: Jobs, and those of another WORKLOAD.
find_kinds() {
  local keda=''
  kinds='jobs'
  [[ $WORKLOAD == deployment || $WORKLOAD == scaledobject ]] || kinds=$kinds,deployments
  [[ $NETWORK_POLICY == yes ]] || kinds=$kinds,networkpolicies
  [[ $dry_run == yes ]] || keda=$(ask_cluster get crd scaledjobs.keda.sh --ignore-not-found --output name)
  [[ -z $keda || $WORKLOAD == scaledobject ]] || kinds=$kinds,scaledobjects
  [[ -z $keda || $WORKLOAD == scaledjob ]] || kinds=$kinds,scaledjobs
}

# Deletes them, and waits until their pods have given their tasks back. Their names are then in "deleted".
remove_earlier() {
  deleted=$(run "${remove[@]}") || fail 69 "Earlier workers could not all be removed; kubectl's message is above." \
    "Deleted: $(listed "$deleted"). Their tasks are in the queue." 'Run this script again.'
  [[ -z $deleted ]] || say "Deleted: $(listed "$deleted")"
}

# Lines as one.
listed() {
  local names=${1//$'\n'/, }
  printf '%s' "${names:-nothing}"
}

image=
while (($# > 0)); do
  case $1 in
    --image) option_value "$@" && image=$value ;;
    *) common_option "$@" ;;
  esac
  shift "$taken"
done

read_settings KUBE_CONTEXT TASK_NAME TASK_DOCKER_IMAGE TASK_REPLICAS CPU_REQUEST MEMORY_REQUEST
check_for_cluster
need_tools 'kubectl=https://kubernetes.io/docs/tasks/tools/'
find_context

image=${image:-$TASK_DOCKER_IMAGE}
find_kinds
# On the server's side: kubectl's own way keeps a copy of each object in an annotation, which secret files can be too large for.
apply=(kubectl --context "$KUBE_CONTEXT" apply --server-side --force-conflicts)
try=("${apply[@]}" --dry-run=server --filename)
apply+=(--filename)
remove=(kubectl --context "$KUBE_CONTEXT" --namespace "$TASK_NAME" delete "$kinds" --selector app=worker
  --ignore-not-found --cascade=foreground --output name)
if [[ $dry_run == yes ]]; then
  common_options
  render=$(shown bash "$here/render.sh" "${handed_on[@]:0:4}" --image "$image")
  printf '%s | %s\n%s\n%s | %s\n' "$render" "$(shown "${try[@]}" -)" "$(shown "${remove[@]}")" \
    "$render" "$(shown "${apply[@]}" -)"
  exit 0
fi
stage "$image"
manifests=$work/manifests.yaml
kubectl kustomize "$work" >"$manifests"

# Without its namespace nothing runs yet, and there is nowhere to try the manifests.
namespace=$(ask_cluster get namespace "$TASK_NAME" --ignore-not-found --output name)
deleted=
if [[ -n $namespace ]]; then
  run "${try[@]}" "$manifests" >/dev/null ||
    fail 78 "The cluster does not accept the new manifests; kubectl's message is above." \
      'Nothing was changed: earlier workers, if any, go on.' 'To read the manifests: scripts/render.sh'
  remove_earlier
fi
run "${apply[@]}" "$manifests" || fail 69 "The new manifests could not be applied; kubectl's message is above." \
  "Deleted before: $(listed "$deleted"). Their tasks are in the queue." 'Run this script again.'

say "Workers:  kubectl --context $KUBE_CONTEXT --namespace $TASK_NAME get pods"
say 'Progress: dotnet run status'
