#!/usr/bin/env bash
# Deletes the cluster, and lists what is left. See --help.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail

here=$(dirname -- "${BASH_SOURCE[0]}")
# shellcheck source=lib/common.sh
source "$here/lib/common.sh"
# shellcheck source=lib/settings.sh
source "$here/lib/settings.sh"

usage() {
  cat <<HELP
Usage: scripts/delete-cluster.sh [OPTIONS]

Deletes the cluster of config/cluster.env with all that runs in it, after asking; then lists disks and addresses that
may still cost money. The queue, the bucket and the image are not touched.

  --yes               do not ask
$common_options_help
HELP
}

# Disks and addresses that bear the cluster's name or label.
list_remains() {
  local kind found
  for kind in disks addresses; do
    found=$(ask compute "$kind" list --format 'value(name,zone.basename(),region.basename())' \
      --filter "name~^gke-$GOOGLE_CLUSTER_NAME- OR labels.goog-k8s-cluster-name=$GOOGLE_CLUSTER_NAME")
    if [[ -n $found ]]; then
      say "These $kind are left, and cost money until you delete them (gcloud compute $kind delete NAME):"
      printf '%s\n' "$found"
    else
      say "No $kind are left."
    fi
  done
}

yes=no
while (($# > 0)); do
  case $1 in
    --yes) yes=yes && taken=1 ;;
    *) common_option "$@" ;;
  esac
  shift "$taken"
done

read_settings KUBE_CONTEXT
need_google deletes 'To remove the workers from the cluster of KUBE_CONTEXT: bash scripts/remove-task.sh'
need_tools 'gcloud=https://cloud.google.com/sdk/docs/install'

delete=(gcloud container clusters delete "$GOOGLE_CLUSTER_NAME" --project "$GOOGLE_PROJECT_NAME"
  --location "$(location)" --quiet)
if [[ $dry_run == yes ]]; then
  run "${delete[@]}"
  exit 0
fi
if cluster_exists; then
  confirm "Delete the cluster $GOOGLE_CLUSTER_NAME in $GOOGLE_PROJECT_NAME, $(location)?" 'the cluster'
  run "${delete[@]}"
else
  say "There is no cluster $GOOGLE_CLUSTER_NAME in $GOOGLE_PROJECT_NAME, $(location)."
fi
list_remains
