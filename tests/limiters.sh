#!/usr/bin/env bash
# Runs the tests of stock limiters with other versions of System.Threading.RateLimiting than the one of .NET 10.
#
#   tests/limiters.sh               the version of .NET 11
#   tests/limiters.sh 11.0.0        the same by its number
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export DOTNET_CLI_UI_LANGUAGE=en

# In the repository, where tests look for its files.
artifacts=$(mktemp -d "$PWD/.limiters-XXXXXX")
trap 'rm -rf "$artifacts"' EXIT

[ $# -gt 0 ] || set -- 11.0.0

for version in "$@"; do
    echo "System.Threading.RateLimiting $version"
    dotnet build tests/RateLimitHeaders.AspNetCore.Tests --configuration Release --nologo --verbosity quiet \
        -p:RateLimitingVersion="$version" -p:RunAnalyzers=false --artifacts-path "$artifacts/$version"
    RATELIMITHEADERS_RATE_LIMITING_VERSION="$version" dotnet test \
        "$artifacts/$version/bin/RateLimitHeaders.AspNetCore.Tests/release/RateLimitHeaders.AspNetCore.Tests.dll" \
        --filter 'FullyQualifiedName~Foreign|FullyQualifiedName~Stock|FullyQualifiedName~Limiter|FullyQualifiedName~Lease|FullyQualifiedName~OwnStatusTests|FullyQualifiedName~DisposalTests' \
        --blame-hang-timeout 10m --blame-hang-dump-type none --results-directory "$artifacts/results" -- RunConfiguration.TreatNoTestsAsError=true
done
