#!/usr/bin/env bash
# Garnet with the arguments of redis-server that it knows, for tests that start a redis-server. GARNET is its path.
arguments=()
while [ $# -gt 0 ]; do
    case "$1" in
        --port | --bind) arguments+=("$1" "$2"); shift 2 ;;
        *) shift ;;
    esac
done
exec "$GARNET" "${arguments[@]}" --lua --lua-transaction-mode true
