#!/usr/bin/env bash
# Publishes samples/NativeApi as a native file and runs it: without reflection it must read its limits, answer, and reload.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

diff - <(./samples/NativeApi/run.sh) <<'EXPECTED' || { echo "The native sample does not do what is expected (<)."; exit 1; }
/api/values/1: 200, limit 5, remaining 4
/API/values/2: 200, limit 5, remaining 3
/api/search: 200, limit 2, remaining 1
/api/values/3: 200, limit 8, remaining 5
/api/values/4: 200, limit 8, remaining 4
health: Degraded
/api/values/5: 200, limit 9, remaining 4
health: Healthy
EXPECTED
echo "The native sample reads its limits, answers and reloads."
