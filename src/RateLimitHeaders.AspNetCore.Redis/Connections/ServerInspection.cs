using System.Collections.Concurrent;
using System.Net;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Finds reasons why servers count wrongly, in the information that they return. For servers that return none, nothing is found.</summary>
/// <param name="keyPrefix">The prefix of all keys.</param>
internal sealed class ServerInspection(string keyPrefix)
{
    private const string Remedy = "more than the limits is admitted. Make it run scripts one at a time, as Garnet does with --lua-transaction-mode.";

    // Enough to find a server with a thousandth of the slots.
    private const int MostKeys = 10_000;

    // The versions in the answers of Redis, Redis Enterprise and Valkey. Other servers add their own.
    private static readonly string[] s_versionsOfRedis = ["redis_version", "rlec_version", "valkey_version", "gcc_version"];

    // The servers whose scripts were tested: a test keeps a server busy for a while.
    private readonly ConcurrentDictionary<(EndPoint Server, string Version), bool> _isolation = [];

    /// <summary>Inspects all writable servers.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(IConnectionMultiplexer multiplexer)
    {
        List<string> findings = [.. Finding(await DatabaseAsync(multiplexer.GetDatabase()))];
        foreach (var server in multiplexer.GetServers().Where(server => server is { IsConnected: true, IsReplica: false }))
        {
            findings.AddRange(Finding(await EvictionAsync(server)));
            findings.AddRange(Finding(await IsolationAsync(server, multiplexer)));
        }

        return findings;
    }

    private static IEnumerable<string> Finding(string? finding) => finding is null ? [] : [finding];

    /// <summary>
    /// Finds whether the database cannot be selected: the client sends SELECT without reading the answer, and then counts in database 0.
    /// </summary>
    private async Task<string?> DatabaseAsync(IDatabase database)
    {
        if (database.Database == 0)
        {
            return null;
        }

        try
        {
            await database.ScriptEvaluateAsync(
                "return redis.call('SELECT', ARGV[1])", [$"{keyPrefix}:check:{{}}"], [database.Database], CommandFlags.NoScriptCache);
            return null;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            return FailureReasons.IsOfAccess(exception)
                ? $"The user may not select database {database.Database}, so that all is counted in database 0. "
                    + "Give the user the access rule +select, and restart the application: open connections stay in database 0."
                : FailureReasons.IsOfDatabase(exception)
                ? $"The server has no database {database.Database}, so that all is counted in database 0. {FailureReasons.DatabaseRemedy}"
                : null;
        }
    }

    /// <summary>Finds whether a server deletes counts when its memory is full. All keys expire, so that every eviction policy affects them.</summary>
    private async Task<string?> EvictionAsync(IServer server)
    {
        var memory = await InfoAsync(server, "memory");
        var isBounded = memory.TryGetValue("maxmemory", out var bytes) && bytes != "0";
        return isBounded && memory.TryGetValue("maxmemory_policy", out var policy) && policy != "noeviction"
            ? $"{server.EndPoint} has the maxmemory-policy {policy}: when its memory is full, it deletes counts of callers, "
                + "and more than the limits is admitted. Set noeviction."
            : null;
    }

    /// <summary>Finds whether scripts run in parallel. Redis and Valkey are not tested: they run scripts one after the other.</summary>
    private async Task<string?> IsolationAsync(IServer server, IConnectionMultiplexer multiplexer)
    {
        var versions = (await InfoAsync(server, "server")).Where(item => item.Key.EndsWith("_version", StringComparison.Ordinal));
        var other = versions.FirstOrDefault(item => !s_versionsOfRedis.Contains(item.Key));
        if (other.Key is null)
        {
            return null;
        }

        var version = $"{other.Key} {other.Value}";
        var kind = $"{server.EndPoint} is a server with {version}";
        if (!_isolation.TryGetValue((server.EndPoint, version), out var isIsolated))
        {
            if (await ScriptIsolation.TestAsync(multiplexer, server, keyPrefix) is not { } found)
            {
                return $"{kind}, of which it is not known whether it runs scripts side by side. If it does, {Remedy}";
            }

            _isolation[(server.EndPoint, version)] = isIsolated = found;
        }

        return isIsolated ? null : $"{kind}, and runs scripts side by side: {Remedy}";
    }

    private async Task<Dictionary<string, string>> InfoAsync(IServer server, string section)
    {
        try
        {
            // By a script, because the client lets only connections of administrators send INFO.
            var answer = await server.Multiplexer.GetDatabase().ScriptEvaluateAsync(
                "return redis.call('INFO', ARGV[1])", [KeyOn(server)], [section], CommandFlags.NoScriptCache);
            return ((string?)answer ?? "").Split('\n')
                .Select(line => line.Trim().Split(':', 2))
                .Where(item => item.Length == 2)
                .DistinctBy(item => item[0])
                .ToDictionary(item => item[0], item => item[1], StringComparer.Ordinal);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            // It is not allowed, or there is no connection now.
            return [];
        }
    }

    /// <summary>Returns a key by which the client sends a script to a certain server of a cluster.</summary>
    private RedisKey KeyOn(IServer server)
    {
        RedisKey key = $"{keyPrefix}:check:{{}}";
        for (var i = 0; server.ClusterConfiguration?.GetBySlot(key) is { } node && !node.EndPoint!.Equals(server.EndPoint) && i < MostKeys; i++)
        {
            key = $"{keyPrefix}:check:{{{i}}}";
        }

        return key;
    }
}
