#!/usr/bin/env bash
# Restores, builds and runs all tests; prints the totals on the last line. Needs the .NET 10 SDK, and what the tests start:
# a Redis (RATELIMITHEADERS_REDIS_SERVER names one that is not on the PATH), Node.js 20 or newer with npm, Chromium, and ICU, which
# knows the cultures. Debian's packages are installed if they are missing and this user may.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The totals are read off what the SDK prints.
export DOTNET_CLI_UI_LANGUAGE=en

missing=()
[ -n "${RATELIMITHEADERS_REDIS_SERVER:-}" ] || command -v redis-server >/dev/null || missing+=(redis-server)
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
[ "$(uname)" != Linux ] || PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null | grep -q libicuuc || missing+=(libicu-dev)

if [ "${#missing[@]}" -gt 0 ] && command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; then
    # The package of Redis starts a server of its own where there is an init system; the tests do without it.
    echo "Installing Debian's packages: ${missing[*]}."
    apt-get update -qq >/dev/null
    for package in "${missing[@]}"; do
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null ||
            echo "Installing $package failed; the tests will say what they need."
    done
fi

# A minute of random plans under threads. What is run by hand without this takes less.
export RATELIMITHEADERS_STRESS_SECONDS=${RATELIMITHEADERS_STRESS_SECONDS:-60}

# No other test takes minutes.
hang=$((600 + 10#0${RATELIMITHEADERS_STRESS_SECONDS%%.*}))s

log=$(mktemp)
results=$(mktemp -d)
trap 'rm -rf "$log" "$results"' EXIT

dotnet build RateLimitHeaders.sln --configuration Release --nologo || exit 1
# A test that stands still is named, and a project without tests is an error.
dotnet test RateLimitHeaders.sln --configuration Release --no-build --nologo --blame-hang-timeout "$hang" --blame-hang-dump-type none --results-directory "$results" \
    -- RunConfiguration.TreatNoTestsAsError=true | tee "$log"
status=${PIPESTATUS[0]}

# Each test project closes with a line such as "Passed!  - Failed: 0, Passed: 12, Skipped: 0, Total: 12, …".
sum() { grep -oE "$1: +[0-9]+" "$log" | grep -oE '[0-9]+$' | awk '{ total += $1 } END { print total + 0 }'; }
passed=$(sum Passed)
failed=$(sum Failed)
skipped=$(sum Skipped)

if [ "$passed" -eq 0 ] || [ "$skipped" -gt 0 ]; then
    echo "No test passed, or $skipped were skipped: neither is a success."
    status=1
fi

[ "$failed" -gt 0 ] && status=1
echo "$passed passed, $failed failed"
exit "$status"
