# shellcheck shell=bash
# Clusters of Google Kubernetes Engine: all but those of CLUSTER_MODE=none. lib/settings.sh reads this file.

cluster_names+='CLUSTER_MODE=standard
GOOGLE_PROJECT_NAME
GOOGLE_CLUSTER_NAME
GOOGLE_ZONE
GOOGLE_VPC_NETWORK_NAME=default
GOOGLE_SUBNETWORK=default
GOOGLE_COMPUTE_TYPE
MAX_NODES
SPOT_FALLBACK=no
PODS_PER_NODE=32
GOOGLE_SERVICE_ACCOUNT=
GPU_TYPE=
'

# More of build-image.sh --help.
google_image_help() {
  cat <<'HELP'

In Google's Artifact Registry, --push makes the repository when there is none, and signs in to it. Without --platform, the
image is for the processors of GOOGLE_COMPUTE_TYPE.
HELP
}

# More of deploy-cluster.sh --help.
google_deploy_help() {
  cat <<'HELP'

On Google Kubernetes Engine it makes the cluster before it applies the workload (make-cluster.sh), and --delete-when-done
deletes the cluster (delete-cluster.sh).
HELP
}

# Whether the cluster is one that make-cluster.sh and delete-cluster.sh are for.
in_google() {
  [[ $CLUSTER_MODE != none ]]
}

# need_google DOES NEXT: ends a script that does something to clusters of Google's only.
need_google() {
  in_google || fail 78 "CLUSTER_MODE is none, and ${0##*/} $1 clusters of Google Kubernetes Engine only." "$2"
}

# Sets KUBE_CONTEXT to the name that get-credentials writes, and changes "needed": three lines name a cluster of Google's, and
# KUBE_CONTEXT any other.
google_context() {
  local name kept=()
  for name in ${needed[@]+"${needed[@]}"}; do
    if ! in_google; then
      [[ $name == GOOGLE_* || $name == MAX_NODES ]] || kept+=("$name")
    elif [[ $name == KUBE_CONTEXT ]]; then
      kept+=(GOOGLE_PROJECT_NAME GOOGLE_CLUSTER_NAME GOOGLE_ZONE)
    else
      kept+=("$name")
    fi
  done
  needed=(${kept[@]+"${kept[@]}"})
  given_context=$KUBE_CONTEXT
  in_google || return 0
  KUBE_CONTEXT=gke_${GOOGLE_PROJECT_NAME}_$(location)_$GOOGLE_CLUSTER_NAME
  sign_in='Are you signed in (gcloud auth login)?'
}

# Adds the problems of these lines to "problems" of check_for_cluster.
google_problems() {
  case $CLUSTER_MODE in
    standard | autopilot)
      [[ -z $given_context ]] ||
        problems+=("KUBE_CONTEXT is $given_context, and CLUSTER_MODE is $CLUSTER_MODE: empty the one, or set the other to none.")
      ;;
    none) ;;
    *) problems+=("CLUSTER_MODE is $CLUSTER_MODE; allowed: standard, autopilot, none.") ;;
  esac
}

# Where the cluster is: Autopilot clusters are in all zones of a region.
location() {
  if [[ $CLUSTER_MODE == autopilot ]]; then region; else printf '%s' "$GOOGLE_ZONE"; fi
}

region() {
  printf '%s' "${GOOGLE_ZONE%-*}"
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

# Runs when deploy-cluster.sh ends: a cluster that it leaves behind costs money.
# shellcheck disable=SC2317 # called by a trap
tell_costs() {
  local code=$?
  ((code != 0)) || return 0
  say "The cluster $GOOGLE_CLUSTER_NAME in $GOOGLE_PROJECT_NAME, $(location), costs money as long as it is there. To delete it:"
  say "  $(shown bash "$here/delete-cluster.sh" "${handed_on[@]}")"
}

get_credentials() {
  need_tools 'gcloud=https://cloud.google.com/sdk/docs/install'
  run gcloud container clusters get-credentials "$GOOGLE_CLUSTER_NAME" \
    --project "$GOOGLE_PROJECT_NAME" --location "$(location)"
}

# The components of k8s/ that the settings ask for.
google_parts() {
  if [[ $SPOT_FALLBACK == yes ]]; then echo gke/prefer-spot; else echo gke/spot; fi
  [[ $GPU_COUNT == 0 ]] || echo gke/accelerator
  [[ $NETWORK_POLICY == no ]] || echo gke/metadata-server
}

# The platform of the Spot nodes. Axion and Ampere are Arm processors.
google_platform() {
  case $GOOGLE_COMPUTE_TYPE in
    t2a-* | c4a-* | n4a-*) echo linux/arm64 ;;
    *) echo linux/amd64 ;;
  esac
}

# prepare_artifact_registry IMAGE: REGION-docker.pkg.dev/PROJECT/REPOSITORY/NAME:TAG needs a repository, and docker a helper to
# sign in.
prepare_artifact_registry() {
  local host project repository place found
  IFS=/ read -r host project repository _ <<<"$1"
  place=${host%-docker.pkg.dev}
  need_tools 'gcloud=https://cloud.google.com/sdk/docs/install'
  if [[ $dry_run == no ]]; then
    found=$(gcloud artifacts repositories list --project "$project" --location "$place" \
      --filter "name~/$repository\$" --format 'value(name)')
  fi
  [[ -n ${found-} ]] || run_aside gcloud artifacts repositories create "$repository" \
    --project "$project" --location "$place" --repository-format docker
  run_aside gcloud auth configure-docker "$host" --quiet
}
