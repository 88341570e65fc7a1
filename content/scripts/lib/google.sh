# shellcheck shell=bash
# The cluster in Google Cloud.

# Where the cluster is: Autopilot clusters are in all zones of a region.
location() {
  if [[ $CLUSTER_MODE == autopilot ]]; then region; else printf '%s' "$GOOGLE_ZONE"; fi
}

region() {
  printf '%s' "${GOOGLE_ZONE%-*}"
}

# The context that get-credentials writes: kubectl never acts on another cluster than this one.
context() {
  printf 'gke_%s_%s_%s' "$GOOGLE_PROJECT_NAME" "$(location)" "$GOOGLE_CLUSTER_NAME"
}

# Asks Google Cloud for something, without its remarks about empty lists; a dry run gets no answer.
ask() {
  [[ $dry_run == yes ]] || gcloud "$@" --project "$GOOGLE_PROJECT_NAME" --verbosity error
}

cluster_exists() {
  local found
  found=$(ask container clusters list --location "$(location)" --filter "name=$GOOGLE_CLUSTER_NAME" --format 'value(name)') ||
    fail 69 'Google Cloud cannot be asked for the cluster; its message is above.' \
      "Are you signed in (gcloud auth login), and may you use $GOOGLE_PROJECT_NAME?"
  [[ -n $found ]]
}

# ask_cluster ARGUMENT...: what kubectl knows of the task.
ask_cluster() {
  kubectl --context "$(context)" --namespace "$TASK_NAME" "$@" ||
    fail 69 "The cluster $GOOGLE_CLUSTER_NAME cannot be asked; kubectl's message is above." \
      'Are you signed in (gcloud auth login)?'
}

get_credentials() {
  run gcloud container clusters get-credentials "$GOOGLE_CLUSTER_NAME" \
    --project "$GOOGLE_PROJECT_NAME" --location "$(location)"
}
