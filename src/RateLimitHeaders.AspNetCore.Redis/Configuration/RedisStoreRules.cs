using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>What the settings of the store, and the plans that it counts, must keep. Each finding names the setting, the value and the remedy.</summary>
internal static class RedisStoreRules
{
    /// <summary>Leases are renewed after a third of their time, and one that is shorter would be renewed all the time.</summary>
    private static readonly TimeSpan s_shortestLease = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan s_longestLease = TimeSpan.FromDays(1);

    /// <summary>Redis tells the time in microseconds.</summary>
    private static readonly TimeSpan s_shortestWindow = TimeSpan.FromMicroseconds(1);

    public static IEnumerable<string> Settings(RedisStoreOptions options)
    {
        if (string.IsNullOrEmpty(options.KeyPrefix) || options.KeyPrefix.AsSpan().IndexOfAny('{', '}') >= 0 || options.KeyPrefix.Any(char.IsControl))
        {
            yield return Say("KeyPrefix", $"\"{options.KeyPrefix}\"", "give a text without braces, which choose the slot in a cluster, and without control characters");
        }

        if (options.HashKey is { Length: 0 })
        {
            yield return Say("HashKey", "empty", "give a secret, or leave it out");
        }

        if (options.Deadline <= TimeSpan.Zero || options.Deadline > TimeSpan.FromMinutes(1))
        {
            yield return Say("Deadline", options.Deadline, "give a time above zero and of a minute at most, such as TimeSpan.FromMilliseconds(100)");
        }

        if (options.Nodes < 1)
        {
            yield return Say("Nodes", options.Nodes, "give the number of servers, 1 or more");
        }

        if (!Enum.IsDefined(options.WhenUnavailable))
        {
            yield return Say("WhenUnavailable", options.WhenUnavailable, "give one of LimitInMemory, Admit and Refuse");
        }

        if (options.ConcurrencyLeaseTime < s_shortestLease || options.ConcurrencyLeaseTime > s_longestLease)
        {
            yield return Say("ConcurrencyLeaseTime", options.ConcurrencyLeaseTime, "give a time from a second to a day");
        }
    }

    public static IEnumerable<string> Plan(StoredPlan plan)
    {
        foreach (var quota in plan.Quotas)
        {
            var place = $"Policy \"{plan.PolicyName}\", token type \"{plan.TokenType}\", quota \"{quota.Description.Name}\": ";
            if (quota is ConcurrencyQuota { QueueLimit: > 0 } concurrency)
            {
                yield return $"{place}queueLimit is {concurrency.QueueLimit}; nobody can wait in Redis, so give 0, which refuses at once.";
            }

            if (quota.Description.Window < s_shortestWindow)
            {
                yield return $"{place}the window is {quota.Description.Window}; Redis counts time in microseconds, so give one or more.";
            }
        }
    }

    public static string Say<T>(string setting, T value, string remedy) =>
        string.Create(CultureInfo.InvariantCulture, $"UseRedis: {setting} is {value}; {remedy}.");
}
