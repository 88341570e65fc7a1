# shellcheck shell=bash
# What is applied to the cluster: k8s/ with the values of the env files.

# stage IMAGE: lays out a kustomization in the folder "work": this project's k8s/, the chosen env files, and the parts
# that they ask for.
stage() {
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  mkdir "$work/config"
  cp -R "$root/k8s" "$work/k8s"
  cp "$root/config/kustomization.yaml" "$work/config/"
  cp "$env_file" "$work/config/task.env"
  if [[ -f $secret_file ]]; then cp "$secret_file" "$work/config/"; else : >"$work/config/secret.env"; fi
  cluster_values "$1" >"$work/config/cluster.env"
  stage_secret_files
  {
    printf 'namespace: %s\nresources: [k8s]\ncomponents:\n' "$TASK_NAME"
    parts | sed 's|^|  - k8s/|'
  } >"$work/kustomization.yaml"
}

# Copies the files of config/secrets to where options/secret-files wants them, and lists them there.
stage_secret_files() {
  local option=$work/k8s/options/secret-files file
  has_secret_files || return 0
  mkdir "$option/files"
  for file in "$secret_folder"/*; do
    cp "$file" "$option/files/"
    printf '      - "files/%s"\n' "${file##*/}" >>"$option/kustomization.yaml"
  done
}

has_secret_files() {
  local files=("$secret_folder"/*)
  [[ -e ${files[0]} ]]
}

# The components of k8s/ that the settings ask for; the workload copies the pod, so it comes after what changes it.
parts() {
  [[ $GPU_COUNT == 0 ]] || echo options/gpu
  [[ -z $AWS_ROLE_ARN ]] || echo options/aws-identity
  if [[ $NETWORK_POLICY == yes ]]; then
    echo options/network-policy
    [[ -z $(queue_port)$(store_port)$(collector_port) ]] || echo options/named-ports
    ! needs_node_identity || echo options/node-identity
  fi
  ! has_secret_files || echo options/secret-files
  #if (gke)
  ! in_google || google_parts
  #endif
  echo "workloads/$WORKLOAD"
  [[ $WORKLOAD != scaled* ]] || trigger_parts
}

# Whether the pods have no identity of AWS but that of their node, or of an agent there.
needs_node_identity() {
  #if (gke)
  ! in_google || return 1
  #endif
  [[ -z $AWS_ROLE_ARN && -z $(task_value AWS_ACCESS_KEY_ID) ]] || return 1
  [[ $(queue_kind) == sqs || $(task_value CF_CLOUDPATH) == s3://* ]]
}

# How KEDA counts the messages.
trigger_parts() {
  echo "triggers/$(queue_kind)"
  #if (sqs)
  # By keys where there are any, else by an identity.
  [[ $(queue_kind) == sqs ]] || return 0
  if [[ -n $(task_value AWS_ACCESS_KEY_ID) ]]; then
    echo triggers/sqs/keys
  else
    echo triggers/sqs/identity
    [[ -z $AWS_ROLE_ARN ]] || echo triggers/sqs/role
  fi
  #endif
}

# cluster.env as the replacements of k8s/ want it: with all defaults, and with what follows from them.
cluster_values() {
  local entry name
  for entry in $cluster_names; do
    name=${entry%%=*}
    [[ $name == TASK_DOCKER_IMAGE ]] || printf '%s=%s\n' "$name" "${!name}"
  done
  printf 'TASK_DOCKER_IMAGE=%s\n' "$1"
  printf 'JOB_NAME=worker-%s\n' "$(date -u +%Y%m%d-%H%M%S)"
  printf 'GRACE_SECONDS=%s\n' "$((10#$(task_value WORKER_DRAIN_SECONDS 10) + 5))"
  printf 'BACKOFF_LIMIT=%s\n' "$((TASK_REPLICAS > 10 ? 5 * TASK_REPLICAS : 50))"
  queue_values
  port_values
}

queue_kind() {
  case $(task_value TASKQUEUE_PATH) in
    #if (rabbitmq)
    amqp://* | amqps://*) echo rabbitmq ;;
    #endif
    #if (sqs)
    sqs://* | https://*) echo sqs ;;
    #endif
  esac
}

# What KEDA has to know of the queue: the address is one of those that the program takes.
queue_values() {
  local address region vhost=/
  address=$(task_value TASKQUEUE_PATH)
  region=$(task_value AWS_REGION)
  case $address in
    #if (rabbitmq)
    amqp://* | amqps://*)
      address=${address##*@}
      address=${address#*://}
      address=${address#*/}
      [[ $address != */* ]] || vhost=$(unescaped "${address%/*}")
      address=$(unescaped "${address##*/}")
      ;;
    #endif
    #if (sqs)
    sqs://*/*)
      address=${address#sqs://}
      region=${address%%/*}
      address=${address#*/}
      ;;
    sqs://*) address=${address#sqs://} ;;
    https://sqs.*.*)
      region=${address#https://sqs.}
      region=${region%%.*}
      ;;
    #endif
  esac
  printf 'QUEUE=%s\nQUEUE_VHOST=%s\nQUEUE_REGION=%s\n' "$address" "$vhost" "$region"
}

# The port of a broker, or of a service in place of SQS; nothing when AWS's own is used.
queue_port() {
  local address
  address=$(task_value TASKQUEUE_PATH)
  case $address in
    #if (rabbitmq)
    amqp://*) port_of "$address" 5672 ;;
    amqps://*) port_of "$address" 5671 ;;
    #endif
    #if (sqs)
    https://sqs.*.amazonaws.com*) ;;
    https://*) port_of "$address" 443 ;;
    *) url_port "$(task_value AWS_ENDPOINT_URL_SQS "$(task_value AWS_ENDPOINT_URL)")" ;;
    #endif
  esac
}

# The port of a service in place of S3.
store_port() {
  #if (s3)
  [[ $(task_value CF_CLOUDPATH) != s3://* ]] || url_port "$(task_value AWS_ENDPOINT_URL_S3 "$(task_value AWS_ENDPOINT_URL)")"
  #endif
}

# The port of a collector for spans and metrics.
collector_port() {
  url_port "$(task_value OTEL_EXPORTER_OTLP_ENDPOINT)"
}

# url_port URL: nothing when it is none.
url_port() {
  case $1 in
    http://*) port_of "$1" 80 ;;
    https://*) port_of "$1" 443 ;;
  esac
}

# port_of URL DEFAULT
port_of() {
  local authority=${1#*://}
  authority=${authority%%/*}
  if [[ ${authority##*@} =~ :([0-9]+)$ ]]; then printf '%s' "${BASH_REMATCH[1]}"; else printf '%s' "$2"; fi
}

# What options/named-ports lets the pods reach: it has room for three, and where there are fewer one stands again.
port_values() {
  local queue store collector any
  queue=$(queue_port)
  store=$(store_port)
  collector=$(collector_port)
  any=${queue:-${store:-$collector}}
  printf 'QUEUE_PORT=%s\nSTORE_PORT=%s\nCOLLECTOR_PORT=%s\n' "${queue:-$any}" "${store:-$any}" "${collector:-$any}"
}

# Text of a URL without its %2F and the like. Env files hold no backslash.
unescaped() {
  printf '%b' "${1//%/\\x}"
}
