#!/usr/bin/env bash
# Runs a command beside a private server of PostgreSQL, which is gone afterwards.
#
#     tests/dispatcher/postgres.sh COMMAND...
#
# COMMAND gets TRACEDAG_TEST_POSTGRES, the URI of a database `postgres` whose user may do all, and
# gives the exit status; 77 when there is no PostgreSQL here. The server listens on a socket in a
# folder of its own below /tmp, on no port. As root it is run by the user postgres, for it refuses
# to be root's.
set -u
[ $# -gt 0 ] || { echo "usage: postgres.sh COMMAND..." >&2; exit 2; }

newest=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -1)
PATH=$PATH${newest:+:$newest}
for program in initdb pg_ctl; do
    command -v "$program" >/dev/null || { echo "there is no $program here" >&2; exit 77; }
done

# The folder is its owner's alone: who reaches the socket may do all.
folder=$(mktemp -d /tmp/tracedag-postgres.XXXXXX) || exit 2
as=()
if [ "$(id -u)" = 0 ]; then
    as=(setpriv --reuid=postgres --regid=postgres --init-groups)
    chown postgres: "$folder" || exit 2
fi

# Runs a program of the server, in a folder that it may be in.
server() { (cd "$folder" && "${as[@]}" env LC_ALL=C "$@"); }

start() {
    server initdb -D "$folder/data" -A trust -U postgres -E UTF8 --no-sync &&
        server pg_ctl -D "$folder/data" -l "$folder/log" -w -t 60 start \
            -o "-c listen_addresses='' -k $folder -c fsync=on -c max_connections=100"
}

stop() {
    server pg_ctl -D "$folder/data" -m immediate -w stop >/dev/null 2>&1
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if ! said=$(start 2>&1); then
    printf '%s\n' "$said" >&2
    cat "$folder/log" >&2
    exit 2
fi
export TRACEDAG_TEST_POSTGRES="postgresql://postgres@/postgres?host=$folder"
"$@"
