#!/usr/bin/env bash
# Starts the app host of samples/DistributedApi, without containers, and asks it: two instances behind one address count one quota.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../samples/DistributedApi/AppHost"

log=$(mktemp)
host=
stop() {
    [ -z "$host" ] || { kill "$host" 2>/dev/null && wait "$host" 2>/dev/null; } || true
    rm -f "$log"
}
trap stop EXIT

fail() {
    echo "$1" >&2
    cat "$log" >&2
    exit 1
}

dotnet build .. --configuration Debug --nologo --verbosity quiet >"$log" || fail "The sample does not build."
dotnet build apphost.cs --nologo --verbosity quiet >"$log" || fail "The app host does not build."

# A port above 20000 that is free.
port=$((20000 + RANDOM % 10000))
while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
dotnet run --no-build apphost.cs --Port="$port" >"$log" 2>&1 &
host=$!

# An instance without Redis limits callers by itself, and then it is Degraded. Either of them may be the one that answers.
healthy=0
for _ in $(seq 240); do
    if [ "$(curl -s --max-time 5 "http://localhost:$port/health")" = Healthy ]; then
        healthy=$((healthy + 1))
        [ "$healthy" -lt 10 ] || break
    else
        healthy=0
        sleep 0.5
    fi
done
[ "$healthy" -eq 10 ] || fail "The instances are not healthy ten times in a row."

# Prints the status, X-RateLimit-Remaining and the process of a response.
ask() {
    curl -s --max-time 10 -D - "http://localhost:$port/" | tr -d '\r' | awk '
        NR == 1 { status = $2 }
        tolower($1) == "x-ratelimit-remaining:" { remaining = $2 }
        /^This is process / { process = $4 }
        END { print status, remaining, process }'
}

# All within one window of ten seconds, which begins with the first request.
for _ in $(seq 10); do
    start=$SECONDS
    seen=$(for _ in $(seq 20); do ask || true; done)
    took=$((SECONDS - start))
    admitted=$(awk '$1 == 200 { print $2 }' <<<"$seen" | sort -n | xargs)
    rejected=$(grep -c '^429 0' <<<"$seen" || true)
    processes=$(awk '$1 == 200 { print $3 }' <<<"$seen" | sort -u | wc -l)
    # An instance that has only just started may not have found Redis yet.
    [ "$took" -lt 10 ] && [ "$processes" -eq 2 ] && [ "$admitted" = '0 1 2 3 4 5 6 7 8 9' ] && break
    sleep 11
done
[ "$admitted" = '0 1 2 3 4 5 6 7 8 9' ] && [ "$rejected" -eq 10 ] && [ "$processes" -eq 2 ] ||
    fail "Of 20 requests of $took s, 10 should be admitted, by two processes, with 9 to 0 remaining, and the others be rejected: $seen"
echo "The app host starts two instances of the distributed sample, which count one quota."
