#!/usr/bin/env bash
# Applies the workload to the cluster. See --help.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail

here=$(dirname -- "${BASH_SOURCE[0]}")
# shellcheck source=lib/common.sh
source "$here/lib/common.sh"
# shellcheck source=lib/settings.sh
source "$here/lib/settings.sh"
# shellcheck source=lib/google.sh
source "$here/lib/google.sh"
# shellcheck source=lib/manifests.sh
source "$here/lib/manifests.sh"

usage() {
  cat <<HELP
Usage: scripts/apply-task.sh [OPTIONS]

Applies settings, image and workload to the cluster. Run it again after a change: workers of before stop in good order,
give their tasks back, and new ones start.

  --image IMAGE       the image, in place of TASK_DOCKER_IMAGE; a digest names one image for ever
$common_options_help
HELP
}

kube() {
  kubectl --context "$(context)" --namespace "$TASK_NAME" "$@"
}

# Jobs of before, and objects of another WORKLOAD, would work on with old settings.
remove_earlier() {
  local kinds=jobs
  [[ $WORKLOAD == deployment || $WORKLOAD == scaledobject ]] || kinds=$kinds,deployments
  if [[ $dry_run == no && -n $(kube get crd scaledjobs.keda.sh --ignore-not-found --output name) ]]; then
    [[ $WORKLOAD == scaledobject ]] || kinds=$kinds,scaledobjects
    [[ $WORKLOAD == scaledjob ]] || kinds=$kinds,scaledjobs
  fi
  run kubectl --context "$(context)" --namespace "$TASK_NAME" delete "$kinds" --selector app=worker \
    --ignore-not-found --cascade=foreground
}

image=
while (($# > 0)); do
  case $1 in
    --image) option_value "$@" && image=$value ;;
    *) common_option "$@" ;;
  esac
  shift "$taken"
done

read_settings GOOGLE_PROJECT_NAME GOOGLE_CLUSTER_NAME GOOGLE_ZONE TASK_NAME TASK_DOCKER_IMAGE TASK_REPLICAS \
  CPU_REQUEST MEMORY_REQUEST
check_for_cluster
need_tools 'kubectl=https://kubernetes.io/docs/tasks/tools/'

if [[ $dry_run == no && -z $(kubectl config get-contexts "$(context)" --output name 2>/dev/null) ]]; then
  need_tools 'gcloud=https://cloud.google.com/sdk/docs/install'
  get_credentials
fi

image=${image:-$TASK_DOCKER_IMAGE}
apply=(kubectl --context "$(context)" apply --filename)
if [[ $dry_run == yes ]]; then
  common_options
  remove_earlier
  printf '%s | %s\n' "$(shown bash "$here/render.sh" "${handed_on[@]:0:4}" --image "$image")" "$(shown "${apply[@]}" -)"
  exit 0
fi
stage "$image"
kubectl kustomize "$work" >"$work/manifests.yaml"
remove_earlier
run "${apply[@]}" "$work/manifests.yaml"

say "Workers:  kubectl --context $(context) --namespace $TASK_NAME get pods"
say 'Progress: dotnet run status'
