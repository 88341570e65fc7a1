# shellcheck shell=bash
# The cluster, as kubectl reaches it: by the name of its context, never by the one that is current.

# ask_cluster ARGUMENT...: what kubectl knows of the task.
ask_cluster() {
  kubectl --context "$KUBE_CONTEXT" --namespace "$TASK_NAME" "$@" ||
    fail 69 "The cluster of the context $KUBE_CONTEXT cannot be asked; kubectl's message is above." \
      "${sign_in:-To try by hand: kubectl --context $KUBE_CONTEXT get namespaces}"
}

# Finds out whether kubectl knows the context.
find_context() {
  [[ $dry_run == no ]] || return 0
  [[ -z $(kubectl config get-contexts "$KUBE_CONTEXT" --output name 2>/dev/null) ]] || return 0
  #if (gke)
  if in_google; then
    get_credentials
    return
  fi
  #endif
  fail 78 "kubectl knows no context $KUBE_CONTEXT, which is KUBE_CONTEXT of $cluster_env." \
    'Those it knows: kubectl config get-contexts --output name'
}
