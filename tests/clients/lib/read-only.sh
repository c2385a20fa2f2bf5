#!/bin/sh
# read-only.sh ROOT DATA PROGRAM...: runs a program as the image does: as user 1654, with a file system of which only /mnt can be written.
# ROOT is an empty folder, DATA the folder behind /mnt. Called in a mount namespace of its own (unshare -m), so nothing has to be undone.
set -eu
root="$1" data="$2"
shift 2
mount --make-rprivate /
mount --rbind / "$root"
mount -o remount,ro,bind "$root"
awk -v root="$root/" 'index($5, root) == 1 { print $5 }' /proc/self/mountinfo | while read -r place; do
    case "$place" in
        "$root"/proc* | "$root"/dev* | "$root"/sys*) ;;
        *) mount -o remount,ro,bind "$place" ;;
    esac
done
chown 1654:1654 "$data"
mount --bind "$data" "$root/mnt"
exec chroot --userspec=1654:1654 "$root" "$@"
