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

# One window of ten seconds may end while it is asked.
for _ in $(seq 120); do
    curl -sf -o /dev/null "http://localhost:$port/health" && break
    sleep 0.5
done
seen=$(for _ in $(seq 30); do curl -s -o /dev/null -w '%{http_code}\n' "http://localhost:$port/"; done | sort | uniq -c | awk '{ print $2 " " $1 }')
admitted=$(awk '$1 == 200 { print $2 }' <<<"$seen")
rejected=$(awk '$1 == 429 { print $2 }' <<<"$seen")
[ "$((${admitted:-0} + ${rejected:-0}))" -eq 30 ] && { [ "$admitted" -eq 10 ] || [ "$admitted" -eq 20 ]; } ||
    fail "Of 30 requests, 10 or, across the end of a window, 20 should be admitted, and the others be rejected: $seen"
echo "The app host starts two instances of the distributed sample, which count one quota."
