#!/usr/bin/env bash
# packages.sh DIRECTORY: Debian's qemu, busybox, zstd and kernel, unpacked there: tools/ and
# kernel/ (apt-get(8), dpkg-deb(1)). Nothing is installed, and apt's own lists stay as they are:
# it works in lists and an archive of the directory's own.
set -euo pipefail
mkdir -p "$1"
cd "$1"
for command in apt-get apt-cache dpkg dpkg-deb; do
  command -v $command >/dev/null || { echo "lab: $command is missing: the lab's kernel and qemu come as packages of Debian 12 or newer" >&2; exit 1; }
done
architecture=$(dpkg --print-architecture)
[ "$architecture" = amd64 ] || { echo "lab: the virtual machine is x86-64, and $architecture has no packages for it: run the lab on amd64" >&2; exit 1; }

rm -rf apt tools kernel ready
mkdir -p apt/lists/partial apt/cache/archives/partial tools kernel
own=(-qq -o Dir::State::Lists="$PWD/apt/lists" -o Dir::Cache="$PWD/apt/cache" -o Debug::NoLocking=1 -o APT::Sandbox::User="$(id -un)")
apt-get "${own[@]}" update
depends() { apt-cache "${own[@]}" depends "$1" 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)/\1/p'; }
# The newest one has the most families' options; Debian 12 calls it by its number, later ones
# simply linux-image-amd64.
image=$(depends linux-image-6.12-amd64 || true)
[ -n "$image" ] || image=$(depends linux-image-amd64 || true)
[ -n "$image" ] || { echo "lab: apt offers no kernel (linux-image-amd64): are Debian's sources listed, and within reach?" >&2; exit 1; }
apt-get "${own[@]}" install -y --no-install-recommends --download-only qemu-system-x86 > apt/log || { cat apt/log >&2; exit 1; }
(cd apt/cache/archives && apt-get "${own[@]}" download busybox-static zstd "$image")
for package in apt/cache/archives/*.deb; do
  case $package in */linux-image-*) dpkg-deb -x "$package" kernel ;; *) dpkg-deb -x "$package" tools ;; esac
done
rm -rf apt
touch ready
