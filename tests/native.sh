#!/usr/bin/env bash
# Publishes samples/NativeApi as a native file and runs it: without reflection it must read its limits, answer, and reload, as its
# README prints it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seen=$(./samples/NativeApi/run.sh)
[ -n "$seen" ] || { echo "The native sample printed nothing."; exit 1; }
diff <(sed -n '/^```text$/,/^```$/{ /^```/!p }' samples/NativeApi/README.md) - <<<"$seen" ||
    { echo "The native sample does not do what its README says (<)."; exit 1; }
echo "The native sample reads its limits, answers and reloads."
