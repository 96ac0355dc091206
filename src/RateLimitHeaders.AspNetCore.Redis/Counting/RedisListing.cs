using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Lists callers of a plan: their keys are found some at a time, and all of these callers are read in few calls.</summary>
/// <param name="scan">Finds the keys.</param>
/// <param name="looks">Reads the statuses of the callers.</param>
internal sealed class RedisListing(KeyScan scan, LookGroups looks)
{
    /// <summary>Lists callers.</summary>
    /// <param name="keys">The keys of the plan.</param>
    /// <param name="lookAt">Creates the call that reads the statuses of the caller of a key.</param>
    /// <param name="arguments">How many callers, and where to continue.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer.</param>
    public async Task<CallerListing> RunAsync(
        RedisKeys keys, Func<RedisKey, RateLimitDecision, CallerCall> lookAt, ListArguments arguments, CancellationToken cancellationToken)
    {
        var page = await scan.RunAsync(keys.Pattern, arguments.Looked, arguments.Cursor, cancellationToken);
        (RedisKey Key, RateLimitDecision Decision)[] callers = [.. page.Keys.Distinct().Select(key => (key, new RateLimitDecision()))];
        var errors = await looks.RunAsync([.. callers.Select(caller => lookAt(caller.Key, caller.Decision))], cancellationToken);

        // Data of the application under a key that looks like one of these is not a caller.
        var nearest = callers
            .Where((_, i) => errors[i] is null)
            .Select(caller => new ListedCaller(RedisKeys.HashIn(caller.Key), IsHash: true, caller.Decision.Statuses.ToArray()))
            .Where(caller => caller.SmallestShare < 1)
            .OrderBy(caller => caller.SmallestShare)
            .Take(arguments.Count);
        return new CallerListing([.. nearest], page.Cursor);
    }
}
