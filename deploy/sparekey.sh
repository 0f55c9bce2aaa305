#!/bin/sh
# /usr/local/sbin/sparekey: a command as root types it, with the settings that systemd gives the
# servers. Values with spaces stand in quotes in /etc/sparekey/environment, which systemd takes too.
set -eu
# What is typed before the command goes before all, as when a backup is tried in another place.
typed=$(export -p | grep '^export SPAREKEY_' || true)
for file in /etc/sparekey/secrets/*; do
    export "SPAREKEY_$(basename "$file" | tr '[:lower:]' '[:upper:]')=$(cat "$file")"
done
SPAREKEY_MODE=production
set -a
. /etc/sparekey/environment
set +a
export SPAREKEY_MODE
eval "$typed"
exec /opt/sparekey/bin/sparekey "$@"
