#!/usr/bin/env bash
# Starts a Redis and two instances of the API on this machine, and sends them requests in turn: one quota is counted by both.
# ./run.sh [requests]        How many requests, 48 by default, a quarter of a second apart. Everything that was started is ended at the end.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

requests=${1:-48}
configuration=${CONFIGURATION:-Release}
server=${RATELIMITHEADERS_REDIS_SERVER:-redis-server}
if ! command -v "$server" >/dev/null; then
    echo "There is no redis-server here: install it (on Debian: apt-get install redis-server), or set RATELIMITHEADERS_REDIS_SERVER to the path of one." >&2
    exit 1
fi

started=()
logs=$(mktemp -d)
stop() {
    kill "${started[@]}" 2>/dev/null || true
    wait "${started[@]}" 2>/dev/null || true
    rm -rf "$logs"
}
trap stop EXIT

# Waits until a log contains a text, and prints the rest of its line.
await() { # log, text
    for _ in $(seq 1200); do
        if grep -q "$2" "$1"; then
            sed -n "s/.*$2//p" "$1" | head -n 1
            return
        fi
        sleep 0.1
    done
    echo "The log did not contain \"$2\" within two minutes:" >&2
    cat "$1" >&2
    return 1
}

# Prints the first number that follows a text in a response. No other program is started for it, so that a slow machine keeps up.
shopt -s nocasematch
after() { # text
    [[ $response =~ "$1"([0-9]+) ]] || true
    echo "${BASH_REMATCH[1]-}"
}

if [ -z "${SKIP_BUILD:-}" ]; then
    dotnet build --configuration "$configuration" --nologo --verbosity quiet
fi

# A free port above 20000.
port=$((20000 + RANDOM % 10000))
while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
"$server" --port "$port" --bind 127.0.0.1 --save '' --appendonly no >"$logs/redis" 2>&1 &
started+=($!)
await "$logs/redis" 'Ready to accept connections' >/dev/null

urls=()
for instance in A B; do
    ConnectionStrings__Redis="127.0.0.1:$port" dotnet "bin/$configuration/net10.0/DistributedApi.dll" --urls http://127.0.0.1:0 >"$logs/$instance" 2>&1 &
    started+=($!)
done
for instance in A B; do
    urls+=("$(await "$logs/$instance" 'Now listening on: ')")
done

# An instance whose Redis does not answer in time limits callers by itself. Each therefore gets requests only after its health check
# succeeds, and after requests of another caller, 127.0.0.2, so that all code of a request is compiled.
for url in "${urls[@]}" "${urls[@]}" "${urls[@]}"; do
    curl -s --max-time 30 -o /dev/null --interface 127.0.0.2 "$url/" || true
    for _ in $(seq 100); do
        [ "$(curl -s --max-time 30 "$url/health")" = Healthy ] && break
        sleep 0.1
    done
done

echo "Redis is at port $port, instance A at ${urls[0]}, instance B at ${urls[1]}: 10 requests in 10 seconds, for both together."
for i in $(seq 0 $((requests - 1))); do
    response=$(curl -s --max-time 30 -o /dev/null -D - "${urls[$((i % 2))]}/")
    status=$(after ' ')
    line="$([ $((i % 2)) -eq 0 ] && echo A || echo B): $status, X-RateLimit-Remaining: $(after 'X-RateLimit-Remaining: ')"
    [ "$status" = 429 ] && line="$line, Retry-After: $(after 'Retry-After: ')"
    echo "$line"
    sleep "${PAUSE:-0.25}"
done
