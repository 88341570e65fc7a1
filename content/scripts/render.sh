#!/usr/bin/env bash
# Prints the manifests that would be applied. See --help.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail

here=$(dirname -- "${BASH_SOURCE[0]}")
# shellcheck source=lib/common.sh
source "$here/lib/common.sh"
# shellcheck source=lib/settings.sh
source "$here/lib/settings.sh"
# shellcheck source=lib/manifests.sh
source "$here/lib/manifests.sh"

usage() {
  cat <<HELP
Usage: scripts/render.sh [OPTIONS]

Prints what apply-task.sh would apply to the cluster, as YAML. It needs kubectl and no cluster. Values of secret.env
are in it, in base64.

  scripts/render.sh > manifests.yaml

  --image IMAGE       the image, in place of TASK_DOCKER_IMAGE
$common_options_help
HELP
}

image=
while (($# > 0)); do
  case $1 in
    --image) option_value "$@" && image=$value ;;
    *) common_option "$@" ;;
  esac
  shift "$taken"
done

read_settings TASK_NAME TASK_DOCKER_IMAGE TASK_REPLICAS CPU_REQUEST MEMORY_REQUEST
check_for_cluster
need_tools 'kubectl=https://kubernetes.io/docs/tasks/tools/'
if [[ $dry_run == yes ]]; then
  shown kubectl kustomize k8s
  exit 0
fi
stage "${image:-$TASK_DOCKER_IMAGE}"
kubectl kustomize "$work"
