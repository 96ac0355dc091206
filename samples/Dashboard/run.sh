#!/usr/bin/env bash
# Starts the API and a Prometheus on this machine, and sends requests of all kinds, so that no panel of grafana.json is empty.
# ./run.sh [seconds]                For how long, 180 by default. Everything that was started is ended at the end.
# PICTURE=file ./run.sh [seconds]   The same, and draws the dashboard into a picture at the end (picture.html in a headless Chromium).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

seconds=${1:-180}
configuration=${CONFIGURATION:-Release}
port=${PORT:-5080}
prometheus_port=${PROMETHEUS_PORT:-9095}
if ! command -v prometheus >/dev/null; then
    echo "There is no prometheus here: install it (on Debian: apt-get install prometheus)." >&2
    exit 1
fi

data=$(mktemp -d)
started=()
stop() {
    kill "${started[@]}" 2>/dev/null || true
    wait "${started[@]}" 2>/dev/null || true
    rm -rf "$data"
}
trap stop EXIT

if [ -z "${SKIP_BUILD:-}" ]; then
    dotnet build --configuration "$configuration" --nologo --verbosity quiet
fi

api=http://127.0.0.1:$port
dotnet "bin/$configuration/net10.0/Dashboard.dll" --urls "$api" --Logging:LogLevel:Default=Warning &
started+=($!)
cat >"$data/prometheus.yml" <<YML
global:
  scrape_interval: 5s
scrape_configs:
  - job_name: api
    static_configs:
      - targets: ["127.0.0.1:$port"]
YML
prometheus --config.file="$data/prometheus.yml" --storage.tsdb.path="$data/tsdb" --web.listen-address="127.0.0.1:$prometheus_port" >"$data/prometheus.log" 2>&1 &
started+=($!)

for _ in $(seq 300); do
    curl -s --max-time 30 -o /dev/null "$api/metrics" && break
    sleep 0.1
done
echo "The API is at $api, its metrics at $api/metrics, Prometheus at http://127.0.0.1:$prometheus_port, for $seconds seconds."

send() { curl -s --max-time 30 -o /dev/null "$@" || true; }
end=$((SECONDS + seconds))
round=0
while [ $SECONDS -lt $end ]; do
    round=$((round + 1))
    for caller in 1 2 3 4 5; do
        send -H "X-Api-Key: partner-$caller" "$api/repositories?request=[1-$((caller * 4))]"
    done
    send "$api/repositories?request=[1-3]"
    send -H 'X-Api-Key: partner-2' "$api/preview?request=[1-2]"
    send -H "X-Api-Key: partner-$((round / 20))" "$api/search?request=[1-3]"
    send -H 'X-Api-Key: partner-1' -d "$(printf '%3000s' '')" "$api/upload"
    for caller in 1 2 3 4 $((5 + round)); do
        send --no-progress-meter --parallel --parallel-immediate -H "X-Api-Key: partner-$caller" "$api/report?request=[1-3]" &
        started+=($!)
    done

    # The store fails for five rounds of forty.
    case $((round % 40)) in
        20) send -X POST "$api/store/broken" ;;
        25) send -X POST "$api/store/mended" ;;
    esac
    sleep 0.5
done

if [ -n "${PICTURE:-}" ]; then
    python3 -m http.server --bind 127.0.0.1 --directory . "$((prometheus_port + 1))" >/dev/null 2>&1 &
    started+=($!)
    sleep 1
    # Chromium waits as long for the answers of Prometheus as its virtual time lasts.
    chromium --headless --no-sandbox --hide-scrollbars --window-size=1500,1580 --virtual-time-budget=30000 --screenshot="$PICTURE" \
        "http://127.0.0.1:$((prometheus_port + 1))/picture.html?prometheus=http://127.0.0.1:$prometheus_port&seconds=$seconds" 2>/dev/null
fi
