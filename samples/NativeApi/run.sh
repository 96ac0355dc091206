#!/usr/bin/env bash
# Publishes the API as one native file, starts it, and changes its limits while it runs. Needs gcc or clang, and curl.
# Everything that was started is ended at the end, and nothing is left in this directory.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

directory=$(mktemp -d)
started=()
stop() {
    kill "${started[@]}" 2>/dev/null || true
    wait "${started[@]}" 2>/dev/null || true
    rm -rf "$directory"
}
trap stop EXIT

# The SDK looks for clang by itself.
command -v clang >/dev/null || compiler=-p:CppCompilerAndLinker=gcc
dotnet publish --runtime linux-x64 --artifacts-path "$directory/artifacts" --output "$directory/api" --nologo --verbosity quiet ${compiler:-} >"$directory/publish" ||
    { cat "$directory/publish"; exit 1; }

cd "$directory/api"
./NativeApi --urls http://127.0.0.1:0 >"$directory/log" 2>&1 &
started+=($!)

# Waits until a command succeeds.
await() { # description, command…
    local what=$1
    shift
    for _ in $(seq 300); do
        if "$@"; then return; fi
        sleep 0.1
    done
    echo "Not within 30 seconds: $what" >&2
    cat "$directory/log" >&2
    return 1
}

await 'the API listens' grep -q 'Now listening on: ' "$directory/log"
url=$(sed -n 's/.*Now listening on: //p' "$directory/log")

send() { # path
    curl -s --max-time 30 -o /dev/null -D - "$url$1" | tr -d '\r' | awk -v path="$1" '
        NR == 1 { status = $2 }
        tolower($1) == "x-ratelimit-limit:" { limit = $2 }
        tolower($1) == "x-ratelimit-remaining:" { remaining = $2 }
        END { print path ": " status ", limit " limit ", remaining " remaining }'
}

change() { # expression of sed
    sed "$1" appsettings.json >appsettings.new
    mv appsettings.new appsettings.json
}

is_said() { [ "$(grep -c "$1" "$directory/log")" -ge "$2" ]; }

send /api/values/1
send /API/values/2
send /api/search

change 's|"5/1h"|"8/1h"|'
await 'the raised limit is in force' is_said 'Configuration has changed, and its limits are in force.' 1
send /api/values/3

change 's|"8/1h"|"fast"|'
await 'the error is logged' is_said 'RLH0052 Policies:api:Plans:anonymous:Quotas:hourly:Rate: Rate is "fast"' 1
send /api/values/4
echo "health: $(curl -s --max-time 30 "$url/health")"

change 's|"fast"|"9/1h"|'
await 'the mended limit is in force' is_said 'Configuration has changed, and its limits are in force.' 2
send /api/values/5
echo "health: $(curl -s --max-time 30 "$url/health")"
