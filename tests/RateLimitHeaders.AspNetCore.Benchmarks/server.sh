#!/usr/bin/env bash
# Loads a Kestrel server with wrk, bare, with UseRateLimiter and with our middleware in each header setting, in turns of a few
# seconds; prints the requests per second of each in relation to those of the others in the same round. Loopback only; takes
# less than six minutes. ROUNDS, SECONDS_EACH, WARM_UP_SECONDS, CONNECTIONS and, for Redis, CALLERS can be set. With APART=1, each server
# has the last core, and wrk and Redis have the others: otherwise wrk, which in production is not there, takes a large part of the same cores.
#
#   server.sh         in memory
#   server.sh redis   counted in Redis by RedisRateLimiting.AspNetCore and by ours, for a thousand callers, or as many as CALLERS says
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

rounds=${ROUNDS:-9}
seconds=${SECONDS_EACH:-4}

# In the first seconds the JIT compiler takes a tenth of the server's time and more, for whatever has the most methods.
warm_up=${WARM_UP_SECONDS:-8}
connections=${CONNECTIONS:-32}
variants=(bare stock ours-no-headers ours-x-ratelimit ours-all-families)
bases=(bare stock)
script=()
if [ "${1:-}" = redis ]; then
    # Each of ours is compared with the same kind of the peer; the bare server tells what no limiter can exceed.
    variants=(bare redis-peer-fixed redis-ours-fixed redis-ours-fixed-alone redis-ours-fixed-batches redis-peer-sliding redis-ours-sliding redis-peer-bucket redis-ours-bucket)
    bases=(redis-peer-fixed redis-peer-sliding redis-peer-bucket)
    connections=${CONNECTIONS:-64}
    seconds=${SECONDS_EACH:-3}
fi
on_server_core=() on_other_cores=()
if [ "${APART:-}" = 1 ]; then
    last=$(($(nproc) - 1))
    [ "$last" -gt 0 ] || { echo "APART needs two cores." >&2; exit 1; }
    on_server_core=(taskset --cpu-list "$last")
    on_other_cores=(taskset --cpu-list "0-$((last - 1))")
fi
first_port=${FIRST_PORT:-5481}
program=bin/Release/net10.0/RateLimitHeaders.AspNetCore.Benchmarks.dll

servers=()
results=$(mktemp)
log=$(mktemp)
stop() {
    [ -z "${redis_server:-}" ] || kill "$redis_server" 2>/dev/null || true
    for server in "${servers[@]}"; do
        kill "$server" 2>/dev/null || true
    done
    wait
    rm -f "$results" "$log"
}
trap stop EXIT
trap 'exit 130' INT TERM

if [ $((rounds * seconds * ${#variants[@]})) -gt 270 ]; then
    echo "$rounds rounds of $seconds s for ${#variants[@]} variants take longer than five minutes; set ROUNDS or SECONDS_EACH." >&2
    exit 1
fi

if ! command -v wrk >/dev/null; then
    root=$([ "$(id -u)" -eq 0 ] || echo sudo)
    $root apt-get update -qq
    $root apt-get install -y -qq --no-install-recommends wrk >/dev/null
fi

dotnet build --configuration Release --nologo --verbosity quiet

if [ "${1:-}" = redis ]; then
    export REDIS=127.0.0.1:$((first_port - 1))
    ${on_other_cores[@]+"${on_other_cores[@]}"} redis-server --port $((first_port - 1)) --bind 127.0.0.1 --save "" --appendonly no >/dev/null &
    redis_server=$!
    callers=$(mktemp --suffix .lua)
    # The requests are made before the load: wrk took a third more time for requests that it made while it sent them.
    cat >"$callers" <<END
local requests = {}
init = function() for i = 1, ${CALLERS:-1000} do requests[i] = wrk.format(nil, nil, { ["X-Caller"] = tostring(i) }) end end
request = function() return requests[math.random(#requests)] end
END
    script=(--script "$callers")
    sleep 1
fi

url() { echo "http://127.0.0.1:$((first_port + $1))/"; }

# Prints the requests per second. A rejection or an error ends all: fewer bytes are no faster server.
load() {
    ${on_other_cores[@]+"${on_other_cores[@]}"} timeout $(($2 + 10)) wrk --threads 1 --connections "$connections" --duration "$2s" ${script[@]+"${script[@]}"} "$(url "$1")" >"$log" || exit 1
    if grep -E 'Non-2xx|Socket errors' "$log" >&2; then
        exit 1
    fi
    awk '/^Requests\/sec:/ { print $2 }' "$log"
}

for i in "${!variants[@]}"; do
    ${on_server_core[@]+"${on_server_core[@]}"} dotnet "$program" server "${variants[$i]}" $((first_port + i)) &
    servers+=($!)
    curl --silent --show-error --fail --output /dev/null --max-time 5 --retry 20 --retry-delay 1 --retry-all-errors "$(url "$i")" 2>/dev/null \
        || { echo "The server ${variants[$i]} does not answer." >&2; exit 1; }
    load "$i" "$warm_up" >/dev/null
done

for ((round = 0; round < rounds; round++)); do
    for ((turn = 0; turn < ${#variants[@]}; turn++)); do
        # Each round begins with another variant, so that none always comes after the same.
        i=$(((round + turn) % ${#variants[@]}))
        rate=$(load "$i" "$seconds")
        echo "$round ${variants[$i]} $rate" | tee -a "$results" >&2
    done
done

# For each variant: the median, least and greatest of its rounds, of the requests per second and of the two ratios.
awk -v variants="${variants[*]}" -v bases="${bases[*]}" '
    function sorted(values, n,    i, j, value) {
        for (i = 2; i <= n; i++) {
            value = values[i]
            for (j = i - 1; j > 0 && values[j] > value; j--) values[j + 1] = values[j]
            values[j + 1] = value
        }
    }
    function spread(format, values, n,    median) {
        sorted(values, n)
        median = n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2
        return sprintf(format " (" format "–" format ")", median, values[1], values[n])
    }
    { rate[$1, $2] = $3; if ($1 + 1 > rounds) rounds = $1 + 1 }
    END {
        baseCount = split(bases, baseNames, " ")
        header = "| server | requests/s |"; line = "|---|---|"
        for (b = 1; b <= baseCount; b++) { header = header " × " baseNames[b] " |"; line = line "---|" }
        print header; print line
        count = split(variants, names, " ")
        for (i = 1; i <= count; i++) {
            for (r = 0; r < rounds; r++) rates[r + 1] = rate[r, names[i]]
            row = "| " names[i] " | " spread("%.0f", rates, rounds) " |"
            for (b = 1; b <= baseCount; b++) {
                for (r = 0; r < rounds; r++) ratios[r + 1] = rate[r, names[i]] / rate[r, baseNames[b]]
                row = row " " spread("%.2f", ratios, rounds) " |"
            }
            print row
        }
    }' "$results"
