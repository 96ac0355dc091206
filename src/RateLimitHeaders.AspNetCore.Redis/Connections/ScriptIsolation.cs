using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>
/// Tests whether a server runs scripts one after the other, as the protocol's documentation promises. Redis always does;
/// servers with several threads may not, and then two requests may be admitted if there is room for one.
/// </summary>
internal static class ScriptIsolation
{
    private const int Rounds = 10;
    private const int CallsPerRound = 8;

    // Reads a number, waits for about a millisecond, and writes the number plus one.
    private const string Script =
        "local n = tonumber(redis.call('GET', KEYS[1])) or 0 local m = n for i = 1, 300000 do m = m + 1 end "
        + "redis.call('SET', KEYS[1], string.format('%.0f', m - 299999), 'PX', 10000) return n";

    /// <summary>Tests a server.</summary>
    /// <returns>Whether it runs scripts one after the other; <see langword="null"/> if that could not be determined.</returns>
    public static async Task<bool?> TestAsync(IConnectionMultiplexer multiplexer, IServer server, string keyPrefix)
    {
        try
        {
            // Any server runs the commands of one connection in their order, so that the test needs another connection. The text of the options
            // does not contain all of them, and cannot be parsed if a password contains a comma.
            var options = ConfigurationOptions.Parse(multiplexer.Configuration);
            options.EndPoints.Clear();
            options.EndPoints.Add(server.EndPoint);
            options.AbortOnConnectFail = true;
            await using var other = await ConnectionMultiplexer.ConnectAsync(options);
            await using var another = await ConnectionMultiplexer.ConnectAsync(options);
            IDatabase[] databases = [other.GetDatabase(), another.GetDatabase()];
            RedisKey[] keys = [$"{keyPrefix}:check:{{isolation-{Guid.NewGuid():N}}}"];
            var isIsolated = true;
            for (var round = 1; isIsolated && round <= Rounds; round++)
            {
                await Task.WhenAll(Enumerable.Range(0, CallsPerRound).Select(call => databases[call % 2].ScriptEvaluateAsync(Script, keys)));
                var counted = (long)await databases[0].ScriptEvaluateAsync("return tonumber(redis.call('GET', KEYS[1]))", keys);
                isIsolated = counted == round * CallsPerRound;
            }

            await databases[0].ExecuteAsync("DEL", keys[0]);
            return isIsolated;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ArgumentException or FormatException)
        {
            return null;
        }
    }
}
