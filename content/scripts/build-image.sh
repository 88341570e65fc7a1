#!/usr/bin/env bash
# Builds the image, and pushes it when told to. See --help.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail

here=$(dirname -- "${BASH_SOURCE[0]}")
# shellcheck source=lib/common.sh
source "$here/lib/common.sh"
# shellcheck source=lib/settings.sh
source "$here/lib/settings.sh"
# shellcheck source=lib/google.sh
source "$here/lib/google.sh"

usage() {
  cat <<HELP
Usage: scripts/build-image.sh [OPTIONS]

Builds the image TASK_DOCKER_IMAGE with docker, or with podman where there is no docker. Prints its name; when it was
pushed, by its digest, which always names this very image. Labels of the image name its base image, with its digest.

  scripts/build-image.sh
  scripts/build-image.sh --push
  scripts/build-image.sh --base-image my-base:1

  --push              push it. A repository in Artifact Registry is made when there is none; for Docker Hub, sign in
                      with "docker login" before
  --platform NAME     linux/amd64 or linux/arm64; else what GOOGLE_COMPUTE_TYPE is
  --base-image IMAGE  what the program runs on, in place of .NET's: to bring native libraries
  --image IMAGE       the name, in place of TASK_DOCKER_IMAGE
$common_options_help
HELP
}

# Machines with Arm processors: Axion and Ampere.
default_platform() {
  case $GOOGLE_COMPUTE_TYPE in
    t2a-* | c4a-* | n4a-*) echo linux/arm64 ;;
    *) echo linux/amd64 ;;
  esac
}

# REGION-docker.pkg.dev/PROJECT/REPOSITORY/NAME:TAG needs a repository, and docker a helper to sign in.
prepare_artifact_registry() {
  local host=${image%%/*} project repository place found
  IFS=/ read -r host project repository _ <<<"$image"
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

# An image's name without its tag. The part after a colon is one, unless it is the registry's port.
repository_of() {
  if [[ ${1##*/} == *:* ]]; then printf '%s' "${1%:*}"; else printf '%s' "$1"; fi
}

# The digest by which the image's registry knows it; nothing for an image that was never in one.
digest_of() {
  local name
  name=$(repository_of "$1")
  # docker leaves "docker.io/" out, podman writes it.
  name=${name#docker.io/}
  "$tool" image inspect --format '{{range .RepoDigests}}{{println .}}{{end}}' "$1" |
    sed -n "s|^\(docker.io/\)\{0,1\}\(library/\)\{0,1\}${name#library/}@||p" | head -n 1
}

# Records the base image in labels. One that is fetched for it is named by its digest in the build, so that the record is
# true even if the tag moves meanwhile. One that this machine has is taken as it is: it may have been built here.
record_base() {
  local base=${base_image:-$(sed -n 's/^ARG BASE_IMAGE=//p' "$root/Dockerfile")} digest='' from
  [[ -n $base ]] || return 0
  from=$base
  if [[ $base == *@* ]]; then
    digest=${base#*@}
  elif [[ $dry_run == no ]] && "$tool" image inspect "$base" >/dev/null 2>&1; then
    digest=$(digest_of "$base")
  else
    run_aside "$tool" pull --platform "$platform" "$base" ||
      fail 69 "There is no base image $base on this machine, and it cannot be fetched; the message of $tool is above."
    if [[ $dry_run == yes ]]; then digest=sha256:DIGEST; else digest=$(digest_of "$base"); fi
    [[ -z $digest ]] || from=$(repository_of "$base")@$digest
  fi
  build+=(--build-arg "BASE_IMAGE=$from" --label "org.opencontainers.image.base.name=$base")
  [[ -z $digest ]] || build+=(--label "org.opencontainers.image.base.digest=$digest")
}

# The pushed image by its digest.
push() {
  local digest_file digest repository
  repository=$(repository_of "$image")
  case ${image%%/*} in
    *-docker.pkg.dev) prepare_artifact_registry ;;
  esac
  if [[ $tool == podman ]]; then
    digest_file=$(mktemp)
    run_aside podman push --digestfile "$digest_file" "$image"
    [[ $dry_run == yes ]] || pushed="$repository@$(cat "$digest_file")"
    rm "$digest_file"
  else
    run_aside docker push "$image"
    [[ $dry_run == no ]] || return 0
    digest=$(digest_of "$image")
    [[ -n $digest ]] || fail 69 "$image was pushed, and docker does not know its digest."
    pushed=$repository@$digest
  fi
}

image='' platform='' base_image='' push=no
while (($# > 0)); do
  case $1 in
    --push) push=yes && taken=1 ;;
    --platform) option_value "$@" && platform=$value ;;
    --base-image) option_value "$@" && base_image=$value ;;
    --image) option_value "$@" && image=$value ;;
    *) common_option "$@" ;;
  esac
  shift "$taken"
done

if [[ -n $image ]]; then read_settings; else read_settings TASK_DOCKER_IMAGE; fi
image=${image:-$TASK_DOCKER_IMAGE}
platform=${platform:-$(default_platform)}
[[ $platform =~ ^linux/(amd64|arm64)$ ]] || fail 64 "--platform is \"$platform\"; allowed: linux/amd64, linux/arm64."
[[ $image != *@* ]] || fail 78 "TASK_DOCKER_IMAGE is $image: an image that is built has a tag, not a digest."

tool=docker
if ! command -v docker >/dev/null && command -v podman >/dev/null; then tool=podman; fi
need_tools "$tool=https://docs.docker.com/get-docker/ or https://podman.io"

build=("$tool" build --platform "$platform" --tag "$image")
record_base
run_aside "${build[@]}" "$root"
pushed=$image
[[ $push == no ]] || push
[[ $dry_run == yes ]] || printf '%s\n' "$pushed"
