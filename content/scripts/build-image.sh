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
pushed, by its digest, which names this very image for ever.

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

# The pushed image by its digest.
push() {
  local digest_file repository=$image
  # What follows a colon is the tag, unless it is the registry's port.
  [[ ${image##*/} != *:* ]] || repository=${image%:*}
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
    [[ $dry_run == yes ]] ||
      pushed=$(docker image inspect --format '{{range .RepoDigests}}{{println .}}{{end}}' "$image" | grep "^$repository@")
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
[[ -z $base_image ]] || build+=(--build-arg "BASE_IMAGE=$base_image")
run_aside "${build[@]}" "$root"
pushed=$image
[[ $push == no ]] || push
[[ $dry_run == yes ]] || printf '%s\n' "$pushed"
