#!/usr/bin/env bash
# Makes the cluster, unless it is there. See --help.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail

here=$(dirname -- "${BASH_SOURCE[0]}")
# shellcheck source=lib/common.sh
source "$here/lib/common.sh"
# shellcheck source=lib/settings.sh
source "$here/lib/settings.sh"

usage() {
  cat <<HELP
Usage: scripts/make-cluster.sh [OPTIONS]

Makes the cluster of config/cluster.env; what is there already is left as it is. It takes about five minutes, and costs
money from then on, until scripts/delete-cluster.sh.

  standard   one small permanent node, and a pool of Spot nodes that grows from 0 to MAX_NODES while there is work
  autopilot  no nodes of its own

It also lets the pods use the bucket of CF_CLOUDPATH, and installs KEDA when WORKLOAD needs it.

$common_options_help
HELP
}

# What both modes have. Labels show on the bill.
cluster_options() {
  options=(
    --project "$GOOGLE_PROJECT_NAME" --location "$(location)" --release-channel regular
    --network "$GOOGLE_VPC_NETWORK_NAME" --subnetwork "$GOOGLE_SUBNETWORK" --labels "task=$TASK_NAME" --quiet
  )
  [[ -z $GOOGLE_SERVICE_ACCOUNT ]] || options+=(--service-account "$GOOGLE_SERVICE_ACCOUNT")
}

make_cluster() {
  local options
  cluster_options
  if [[ $CLUSTER_MODE == autopilot ]]; then
    run gcloud container clusters create-auto "$GOOGLE_CLUSTER_NAME" "${options[@]}"
  else
    run gcloud container clusters create "$GOOGLE_CLUSTER_NAME" "${options[@]}" \
      --num-nodes 1 --machine-type e2-standard-2 --enable-ip-alias --enable-dataplane-v2 --enable-shielded-nodes \
      --workload-pool "$GOOGLE_PROJECT_NAME.svc.id.goog" --workload-metadata GKE_METADATA \
      --autoscaling-profile optimize-utilization
  fi
}

# make_pool NAME TAINT [OPTION]...: a pool of 0 to MAX_NODES nodes, on which nothing but workers may run.
make_pool() {
  local name=$1 taint=$2 options pools machine most
  shift 2
  pools=$(ask container node-pools list --cluster "$GOOGLE_CLUSTER_NAME" --location "$GOOGLE_ZONE" \
    --format 'csv[no-heading](name,config.machineType,autoscaling.maxNodeCount)')
  IFS=, read -r _ machine most <<<"$(grep "^$name," <<<"$pools")" || true
  if [[ -z $machine ]]; then
    options=(
      --cluster "$GOOGLE_CLUSTER_NAME" --project "$GOOGLE_PROJECT_NAME" --location "$GOOGLE_ZONE"
      --machine-type "$GOOGLE_COMPUTE_TYPE" --node-taints "$taint" --workload-metadata GKE_METADATA
      --enable-autoscaling --num-nodes 0 --min-nodes 0 --max-nodes "$MAX_NODES" --location-policy ANY
      --max-pods-per-node "$PODS_PER_NODE" --node-labels "task=$TASK_NAME" --quiet
    )
    [[ $GPU_COUNT == 0 ]] || options+=(--accelerator "type=$GPU_TYPE,count=$GPU_COUNT,gpu-driver-version=default")
    [[ -z $GOOGLE_SERVICE_ACCOUNT ]] || options+=(--service-account "$GOOGLE_SERVICE_ACCOUNT")
    run gcloud container node-pools create "$name" "${options[@]}" "$@"
  elif [[ $machine != "$GOOGLE_COMPUTE_TYPE" ]]; then
    fail 78 "The pool \"$name\" has machines of type $machine, and GOOGLE_COMPUTE_TYPE is $GOOGLE_COMPUTE_TYPE." \
      "Remove the pool, then run this again: gcloud container node-pools delete $name --cluster $GOOGLE_CLUSTER_NAME" \
      "  --project $GOOGLE_PROJECT_NAME --location $GOOGLE_ZONE"
  elif [[ $most != "$MAX_NODES" ]]; then
    run gcloud container clusters update "$GOOGLE_CLUSTER_NAME" --project "$GOOGLE_PROJECT_NAME" \
      --location "$GOOGLE_ZONE" --node-pool "$name" --enable-autoscaling --min-nodes 0 --max-nodes "$MAX_NODES" --quiet
  fi
}

# Lets the pods' account use the bucket, so that no key has to be in the cluster.
allow_bucket() {
  local store number
  store=$(task_value CF_CLOUDPATH)
  [[ $store == gs://* ]] || return 0
  store=${store#gs://}
  number=PROJECT_NUMBER
  [[ $dry_run == yes ]] || number=$(gcloud projects describe "$GOOGLE_PROJECT_NAME" --format 'value(projectNumber)')
  run gcloud storage buckets add-iam-policy-binding "gs://${store%%/*}" --role roles/storage.objectUser --member \
    "principal://iam.googleapis.com/projects/$number/locations/global/workloadIdentityPools/$GOOGLE_PROJECT_NAME.svc.id.goog/subject/ns/$TASK_NAME/sa/worker"
}

# Without keys KEDA counts the messages of SQS by the role of the pods, for which its operator gets a token of the cluster.
install_keda() {
  local options=()
  if [[ -n $AWS_ROLE_ARN && -z $(task_value AWS_ACCESS_KEY_ID) ]]; then
    options=(
      --set-json "env=[{\"name\":\"AWS_ROLE_ARN\",\"value\":\"$AWS_ROLE_ARN\"},{\"name\":\"AWS_WEB_IDENTITY_TOKEN_FILE\",\"value\":\"/var/run/secrets/aws/token\"}]"
      --set-json 'volumes.keda.extraVolumeMounts=[{"name":"aws-token","mountPath":"/var/run/secrets/aws","readOnly":true}]'
      --set-json 'volumes.keda.extraVolumes=[{"name":"aws-token","projected":{"sources":[{"serviceAccountToken":{"audience":"sts.amazonaws.com","path":"token"}}]}}]'
    )
  fi
  run helm upgrade --install keda keda --repo https://kedacore.github.io/charts \
    --namespace keda --create-namespace --kube-context "$KUBE_CONTEXT" --wait ${options[@]+"${options[@]}"}
}

while (($# > 0)); do
  common_option "$@"
  shift "$taken"
done

read_settings KUBE_CONTEXT TASK_NAME GOOGLE_COMPUTE_TYPE MAX_NODES
need_google makes 'To bring the workers to the cluster of KUBE_CONTEXT: bash scripts/deploy-cluster.sh'
check_for_cluster
need_tools 'gcloud=https://cloud.google.com/sdk/docs/install' 'kubectl=https://kubernetes.io/docs/tasks/tools/' \
  'gke-gcloud-auth-plugin=gcloud components install gke-gcloud-auth-plugin'
[[ $WORKLOAD != scaled* ]] || need_tools 'helm=https://helm.sh/docs/intro/install/'

if cluster_exists; then
  say "The cluster $GOOGLE_CLUSTER_NAME is there."
else
  make_cluster
fi
if [[ $CLUSTER_MODE == standard ]]; then
  make_pool workers cloud.google.com/gke-spot=true:NoSchedule --spot
  [[ $SPOT_FALLBACK == no ]] || make_pool on-demand-workers on-demand-workers=true:NoSchedule
fi
get_credentials
allow_bucket
[[ $WORKLOAD != scaled* ]] || install_keda
