#!/usr/bin/env bash
# A throw-away PostgreSQL server for tests: unix socket only, no password, no fsync.
#   postgres.sh start DIR   makes the cluster in DIR (when missing), starts it and prints its URL
#   postgres.sh halt DIR    stops it as a crash would; it can be started again
#   postgres.sh stop DIR    stops it and deletes DIR
# PostgreSQL refuses to run as root; then the user `postgres` runs it, or `nobody`. Where no server is installed, root on
# Debian gets one from the distribution.
set -euo pipefail

usage() { echo "usage: $0 start|halt|stop DIR" >&2; exit 2; }
[ $# -eq 2 ] || usage
case $1 in start | halt | stop) ;; *) usage ;; esac
mkdir -p "$2"
dir=$(cd "$2" && pwd)

bin=$(command -v pg_ctl >/dev/null 2>&1 && dirname "$(command -v pg_ctl)" || true)
if [ -z "$bin" ]; then
    for candidate in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin; do
        [ -x "$candidate/initdb" ] && bin=$candidate
    done
fi
if [ -z "$bin" ] && [ "$1" = start ] && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql; } >&2 </dev/null || true
    for candidate in /usr/lib/postgresql/*/bin; do [ -x "$candidate/initdb" ] && bin=$candidate; done
fi
[ -n "$bin" ] || { echo "postgres.sh: no PostgreSQL server found; install it, or unset ANNEX_TEST_POSTGRES_URL" >&2; exit 1; }

server=postgres
id "$server" >/dev/null 2>&1 || server=nobody

as_server() {
    if [ "$(id -u)" -eq 0 ]; then
        if command -v runuser >/dev/null 2>&1; then runuser -u "$server" -- "$@"; else su "$server" -s /bin/sh -c "$(printf '%q ' "$@")"; fi
    else
        "$@"
    fi
}

case $1 in
start)
    if [ "$(id -u)" -eq 0 ]; then chown "$server" "$dir"; fi
    chmod 700 "$dir"
    cd "$dir"
    if [ ! -d "$dir/data" ]; then
        as_server "$bin/initdb" -D "$dir/data" -U annex --auth=trust --encoding=UTF8 --locale=C --no-sync >"$dir/initdb.log" 2>&1 ||
            { cat "$dir/initdb.log" >&2; exit 1; }
    fi
    if ! as_server "$bin/pg_ctl" -D "$dir/data" status >/dev/null 2>&1; then
        as_server "$bin/pg_ctl" -D "$dir/data" -w -t 60 -l "$dir/data/server.log" \
            -o "-c listen_addresses='' -c unix_socket_directories='$dir' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_wal_size=256MB -c max_connections=300" \
            start >/dev/null || { cat "$dir/data/server.log" >&2; exit 1; }
    fi
    echo "postgres://annex@localhost/postgres?host=$dir"
    ;;
halt)
    cd "$dir"
    as_server "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null
    ;;
stop)
    if [ -d "$dir/data" ]; then
        cd "$dir"
        as_server "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1 || true
    fi
    cd /
    if [ -f "$dir/data/PG_VERSION" ]; then rm -rf "$dir"; else rmdir "$dir"; fi
    ;;
esac
