#!/usr/bin/env bash
# Makes stand-ins for the .NET images out of the files of this machine, for machines that reach no registry:
#   localhost/runtime  the runtime and the libraries it needs; no shell, as in the chiselled image
#   localhost/sdk      an empty root, in which the builder mounts this machine's /usr and .NET
# Usage: stand-ins.sh COMMAND-OF-BUILDAH...
set -euo pipefail

buildah=("$@")
path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
dotnet=$(dirname -- "$(readlink -f -- "$(command -v dotnet)")")

# The libraries that the runtime links, and those of OpenSSL, which it opens by name.
libraries() {
  find "$dotnet/dotnet" "$dotnet/host" "$dotnet/shared/Microsoft.NETCore.App" \
    \( -name '*.so' -o -name dotnet \) -exec ldd {} \; 2>/dev/null | grep -oE '/[^ ]+\.so[^ ]*'
  find /usr/lib /usr/lib64 \( -name 'libssl.so.*' -o -name 'libcrypto.so.*' \) 2>/dev/null
}

container=$("${buildah[@]}" from scratch)
root=$("${buildah[@]}" mount "$container")
mkdir -p "$root"/{proc,sys,dev,etc/ssl,home/app,usr/bin,usr/share/dotnet/shared}
mkdir -m 1777 "$root/tmp"
cp -a "$dotnet/dotnet" "$dotnet/host" "$root/usr/share/dotnet/"
cp -a "$dotnet/shared/Microsoft.NETCore.App" "$root/usr/share/dotnet/shared/"
ln -s ../share/dotnet/dotnet "$root/usr/bin/dotnet"
libraries | sort -u | while read -r library; do
  [[ $library == "$dotnet"/* ]] || install -D "$library" "$root$library"
done
cp -a /etc/ssl/certs "$root/etc/ssl/"
printf 'root:x:0:0::/root:/bin/false\napp:x:1654:1654::/home/app:/bin/false\n' >"$root/etc/passwd"
printf 'root:x:0:\napp:x:1654:\n' >"$root/etc/group"
"${buildah[@]}" config --env "PATH=$path" --env DOTNET_RUNNING_IN_CONTAINER=true "$container"
"${buildah[@]}" commit --quiet --rm "$container" localhost/runtime

container=$("${buildah[@]}" from scratch)
root=$("${buildah[@]}" mount "$container")
mkdir -p "$root"/{proc,sys,dev,etc/ssl,root,usr} "$root$dotnet"
mkdir -m 1777 "$root/tmp"
for name in bin sbin lib lib64; do
  ln -s "usr/$name" "$root/$name"
done
cp /etc/passwd /etc/group "$root/etc/"
"${buildah[@]}" config --env "PATH=$dotnet:$path" --env DOTNET_CLI_TELEMETRY_OPTOUT=1 --env DOTNET_NOLOGO=1 "$container"
"${buildah[@]}" commit --quiet --rm "$container" localhost/sdk
