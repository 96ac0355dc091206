#!/usr/bin/env bash
# Runs the tests of the Redis package on other servers than the redis-server on the PATH, and prints the totals of each.
#
#   tests/servers.sh                                Garnet, which is installed for this run
#   tests/servers.sh /path/to/valkey-server …       other servers that take the arguments of redis-server
#
# What is left out on a server is printed, with the reason.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export DOTNET_CLI_UI_LANGUAGE=en
project=tests/RateLimitHeaders.AspNetCore.Redis.Tests
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT

# Leaves tests out on the present server.
without() {
    echo "  left out: $1, because $2"
    filter="$filter&FullyQualifiedName!~$1"
}

run() {
    local status=0
    RATELIMITHEADERS_REDIS_SERVER="$1" dotnet test "$project" --configuration Release --no-build --nologo --filter "$filter" \
        --blame-hang-timeout 10m --blame-hang-dump-type none --results-directory "$directory/results" -- RunConfiguration.TreatNoTestsAsError=true || status=1
    return "$status"
}

dotnet build "$project" --configuration Release --nologo --verbosity quiet || exit 1
failures=0
for server in "${@:-garnet}"; do
    # What is packed does not depend on the server.
    filter='FullyQualifiedName!~ConsumerTests'
    echo "$server"
    if [ "$server" = garnet ]; then
        dotnet tool install garnet-server --version 2.2.8 --tool-path "$directory" >/dev/null || exit 1
        without AccessRuleTests 'Garnet has its own categories of commands'
        without Cluster 'a cluster of Garnet is not made with the commands of redis-cli'
        without MovingSlotTests 'a cluster of Garnet is not made with the commands of redis-cli'
        without SentinelTests 'Garnet has no sentinels'
        without RedisGlobalPolicyTests.Requests_AreOneCallEach 'it needs INFO commandstats'
        without RedisGlobalPolicyTests.RejectionByTheGlobalPolicy 'it needs INFO commandstats'
        without RedisGlobalPolicyTests.RejectionsByBoth 'it needs INFO commandstats'
        without FailingRedisTests 'it needs DEBUG SLEEP, CONFIG SET maxmemory and REPLICAOF'
        without RedisChargeAfterOutageTests.OtherServer 'it needs REPLICAOF'
        without RedisChargeAfterOutageTests.Requests_ThatRedisCountsAfterTheDeadline 'it needs CLIENT PAUSE'
        without RoundTripTests 'it needs INFO commandstats'
        without ConnectionTests.IsStandalone_OfAServerWithAReplica 'it needs REPLICAOF'
        without ScriptRunnerTests.Run_UnknownScript 'it needs INFO commandstats'
        without GroupedCallsTests.Key_ThatHoldsSomethingElse 'a hash and a text of one name are two keys in Garnet'
        without OutageReasonTests.Reason_WrongPassword 'it needs CONFIG SET requirepass'
        without OutageReasonTests.Reason_ServerWithoutScripts 'it needs --rename-command'
        without TransportTests 'it needs --unixsocket and --tls-port'
        without BatchingProcessesTests 'it needs INFO commandstats'
        without RejectionsToABanTests.Rejections_OfAFlood 'it needs INFO commandstats'
        without MemoryUsageTests 'Garnet stores values in another way'
        without ServerInspectionTests 'it starts Redis and Garnet with settings of their own'
        GARNET="$directory/garnet-server" run "$PWD/tests/servers/garnet.sh" || failures=$((failures + 1))
    else
        run "$server" || failures=$((failures + 1))
    fi
done
exit "$failures"
