using System.Globalization;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Lists callers of a plan in memory. The cursor is the number of callers that were passed, in the order of the maps. It stays valid as long as
/// none of them grows, which is good enough for a list that is outdated when it is read.
/// </summary>
internal static class MemoryListing
{
    /// <summary>Lists callers.</summary>
    /// <param name="callers">All callers, with their partitions.</param>
    /// <param name="quotas">The quotas of the plan.</param>
    /// <param name="arguments">How many callers, and where to continue.</param>
    public static CallerListing List(
        IEnumerable<(string Id, bool IsHash, MemoryPartition Partition)> callers, QuotaSet quotas, ListArguments arguments)
    {
        var passed = long.TryParse(arguments.Cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

        // The one with the largest share left comes out first.
        var nearest = new PriorityQueue<(string Id, bool IsHash, MemoryPartition Partition), double>();
        var (place, looked, isAll) = (0L, 0, true);
        foreach (var caller in callers)
        {
            if (place++ < passed)
            {
                continue;
            }

            if (looked == arguments.Looked)
            {
                isAll = false;
                break;
            }

            looked++;
            var share = caller.Partition.Read(static (quotas, state) => quotas.SmallestShare(state, quotas.Clock.Now)) ?? 1;
            if (share < 1 && nearest.Count < arguments.Count)
            {
                nearest.Enqueue(caller, -share);
            }
            else if (share < 1)
            {
                nearest.EnqueueDequeue(caller, -share);
            }
        }

        return new CallerListing(
            [.. nearest.UnorderedItems.OrderByDescending(item => item.Priority).Select(item => ToListed(item.Element, quotas))],
            isAll ? null : (passed + looked).ToString(CultureInfo.InvariantCulture));
    }

    private static ListedCaller ToListed((string Id, bool IsHash, MemoryPartition Partition) caller, QuotaSet quotas)
    {
        var decision = new RateLimitDecision();
        caller.Partition.TryPeek([], decision, quotas);
        return new ListedCaller(caller.Id, caller.IsHash, decision.Statuses.ToArray());
    }
}
