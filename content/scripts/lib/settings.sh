# shellcheck shell=bash
# Reads the env files. They are data: nothing in them is ever executed.

# Names of cluster.env with their defaults. Those without one have to be given.
cluster_names='
KUBE_CONTEXT
TASK_NAME
TASK_DOCKER_IMAGE
TASK_REPLICAS
CPU_REQUEST
MEMORY_REQUEST
WORKLOAD=job
NETWORK_POLICY=yes
MAX_RUN_SECONDS=86400
MEMORY_LIMIT=
EPHEMERAL_STORAGE_REQUEST=1Gi
EPHEMERAL_STORAGE_LIMIT=
GPU_COUNT=0
AWS_ROLE_ARN=
'

# env_value FILE NAME: prints the value of a line, or nothing.
env_value() {
  local line
  [[ -f $1 ]] || return 0
  while IFS= read -r line || [[ -n $line ]]; do
    [[ $line != "$2="* ]] || printf '%s' "${line#*=}"
  done <"$1"
}

# What the pods will have: secret.env wins over task.env.
task_value() {
  local found
  found=$(env_value "$secret_file" "$1")
  [[ -n $found ]] || found=$(env_value "$env_file" "$1")
  printf '%s' "${found:-${2-}}"
}

# read_settings NAME...: sets a variable for each line of cluster.env, and ends with all names that are missing.
read_settings() {
  local entry name missing=() needed=("$@")
  [[ -f $env_file ]] || fail 78 "There is no env file $env_file."
  [[ -f $cluster_env ]] || fail 78 "There is no file $cluster_env."
  secret_file=$(dirname -- "$env_file")/secret.env
  secret_folder=$(dirname -- "$env_file")/secrets
  check_lines "$env_file" && check_lines "$secret_file" && check_lines "$cluster_env"
  for entry in $cluster_names; do
    name=${entry%%=*}
    value=$(env_value "$cluster_env" "$name")
    [[ -n $value || $entry != *=* ]] || value=${entry#*=}
    printf -v "$name" '%s' "$value"
  done
  : "${MEMORY_LIMIT:=$MEMORY_REQUEST}" "${EPHEMERAL_STORAGE_LIMIT:=$EPHEMERAL_STORAGE_REQUEST}"
  #if (gke)
  google_context
  #endif
  for name in ${needed[@]+"${needed[@]}"}; do
    [[ -n ${!name} ]] || missing+=("$name")
  done
  ((${#missing[@]} == 0)) || fail 78 "$cluster_env does not say: ${missing[*]}" 'Fill in these lines; their comments say how.'
}

# Refuses what bash, docker, kubectl and the program would not read alike. "check" of the program says more.
check_lines() {
  local line number=0 problems=()
  [[ -f $1 ]] || return 0
  while IFS= read -r line || [[ -n $line ]]; do
    number=$((number + 1))
    case $line in
      *$'\r'*) problems+=("line $number ends with CR LF") ;;
      '' | '#'*) ;;
      *) [[ $line =~ ^[A-Za-z_][A-Za-z0-9_]*= ]] && plain "${line#*=}" || problems+=("line $number") ;;
    esac
  done <"$1"
  ((${#problems[@]} == 0)) || fail 78 "$1 is not made of plain NAME=value lines:" "${problems[@]}" \
    'Values hold no spaces, no quotes, no backslash and none of $ & ; | < > ( ), no ~ at the start.'
}

plain() {
  case $1 in
    *[[:space:]\"\'\`\\\$\&\;\|\<\>\(\)]* | '~'* | *:'~'*) return 1 ;;
  esac
}

# Whether a file or folder, if it is there, is its owner's alone. The letters of "ls" are the same on every system, those of "stat" not.
is_private() {
  local mode
  [[ -e $1 ]] || return 0
  mode=$(ls -ldL -- "$1")
  [[ ${mode:4:6} == ------ ]]
}

# Adds to "problems" the files of config/secrets that cannot be in a Secret, or that others can read.
secret_file_problems() {
  local file size total=0
  for file in "$secret_folder"/*; do
    [[ -e $file || -L $file ]] || continue
    if [[ ! -f $file || ! -r $file ]]; then
      problems+=("$file is not a file that can be read: $secret_folder holds such files only.")
    elif [[ ! ${file##*/} =~ ^[A-Za-z0-9_.-]+$ ]]; then
      problems+=("$file cannot be in a Secret: names have letters, digits, hyphens, dots and underscores only.")
    else
      is_private "$secret_folder" || is_private "$file" ||
        problems+=("Others on this machine can read or write $file: chmod -R go= '$secret_folder'")
      size=$(wc -c <"$file")
      total=$((total + size))
    fi
  done
  ((total <= 1048576)) || problems+=("The files of $secret_folder have $total bytes, and a Secret at most 1048576 (1 MiB).")
}

# Refuses what cannot work, or is not safe, on a cluster.
check_for_cluster() {
  local problems=() queue store
  queue=$(task_value TASKQUEUE_PATH fq://queue)
  store=$(task_value CF_CLOUDPATH output)
  case $queue in
    fq://*) problems+=("TASKQUEUE_PATH is $queue, a file of this machine: use a broker.") ;;
  esac
  case $(env_value "$env_file" TASKQUEUE_PATH) in
    *://*:*@*) problems+=('TASKQUEUE_PATH holds a password: move the line from task.env to secret.env.') ;;
  esac
  is_private "$secret_file" || problems+=("Others on this machine can read or write $secret_file: chmod 600 '$secret_file'"
    'Where chmod changes nothing, as on a Windows drive in WSL, move the project to your home folder.')
  case $store in
    s3://* | gs://*) ;;
    *) problems+=("CF_CLOUDPATH is $store, which would vanish with the pod: use a bucket.") ;;
  esac
  [[ $(task_value WORKER_DRAIN_SECONDS 10) =~ ^[0-9]+$ ]] ||
    problems+=("WORKER_DRAIN_SECONDS is $(task_value WORKER_DRAIN_SECONDS); allowed: a whole number of seconds.")
  [[ ${TASK_REPLICAS:-1} =~ ^[1-9][0-9]*$ ]] ||
    problems+=("TASK_REPLICAS is $TASK_REPLICAS; allowed: a whole number from 1.")
  case $WORKLOAD in
    job | deployment | scaledobject | scaledjob) ;;
    *) problems+=("WORKLOAD is $WORKLOAD; allowed: job, deployment, scaledobject, scaledjob.") ;;
  esac
  case $NETWORK_POLICY in
    yes | no) ;;
    *) problems+=("NETWORK_POLICY is $NETWORK_POLICY; allowed: yes, no.") ;;
  esac
  secret_file_problems
  #if (gke)
  google_problems
  #endif
  ((${#problems[@]} == 0)) || fail 78 'This does not go on a cluster:' "${problems[@]}"
}

#if (gke)
# shellcheck source=google.sh
source "$root/scripts/lib/google.sh"
#endif
