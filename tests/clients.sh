#!/usr/bin/env bash
# Runs the tests of the Redis package with other versions of StackExchange.Redis than the one that the package asks for.
#
#   tests/clients.sh                the versions that applications mostly have
#   tests/clients.sh 2.8.16         one of them
#
# The samples and the packed packages are left out: they don't depend on the version, or are tested with each of them already.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export DOTNET_CLI_UI_LANGUAGE=en

# In the repository, where tests look for its files.
artifacts=$(mktemp -d "$PWD/.clients-XXXXXX")
trap 'rm -rf "$artifacts"' EXIT

[ $# -gt 0 ] || set -- 2.13.23 3.4.35

for version in "$@"; do
    echo "StackExchange.Redis $version"
    dotnet build tests/RateLimitHeaders.AspNetCore.Redis.Tests --configuration Release --nologo --verbosity quiet \
        -p:StackExchangeRedisVersion="$version" -p:RunAnalyzers=false --artifacts-path "$artifacts/$version"
    RATELIMITHEADERS_REDIS_CLIENT_VERSION="$version" dotnet test \
        "$artifacts/$version/bin/RateLimitHeaders.AspNetCore.Redis.Tests/release/RateLimitHeaders.AspNetCore.Redis.Tests.dll" \
        --filter 'FullyQualifiedName!~ConsumerTests&FullyQualifiedName!~DistributedApiTests' \
        --blame-hang-timeout 10m --blame-hang-dump-type none --results-directory "$artifacts/results" -- RunConfiguration.TreatNoTestsAsError=true
done
