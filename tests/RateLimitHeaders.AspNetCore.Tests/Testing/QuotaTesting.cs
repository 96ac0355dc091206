namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What the tests of quotas, partitions and limiters have in common.</summary>
internal static class QuotaTesting
{
    public static readonly TimeSpan Tick = new(1);

    /// <summary>Both kinds of partition of one quota, since they keep their counts differently.</summary>
    public static TestedPartition[] Both(TimeProvider clock, Quota quota) =>
        [TestedPartition.Standard(clock, quota), TestedPartition.Compact(clock, quota)];

    public static void AssertStatus(
        TestedAnswer answer, double limit, long remaining, TimeSpan? untilMore, TimeSpan? untilAll, int quota = 0) =>
        AssertStatus(answer.Statuses[quota], limit, remaining, untilMore, untilAll);

    public static void AssertStatus(
        QuotaLease lease, double limit, long remaining, TimeSpan? untilMore, TimeSpan? untilAll, int quota = 0) =>
        AssertStatus(lease.Statuses[quota], limit, remaining, untilMore, untilAll);

    public static string Says(TestedAnswer answer) => Says(answer.Decision);

    public static string Says(QuotaLease lease) => Says(lease.Decision);

    /// <summary>Everything that a decision says, to compare one with another.</summary>
    public static string Says(RateLimitDecision decision)
    {
        var statuses = decision.Statuses.ToArray()
            .Select(s => $"{s.Name}: {s.Remaining} of {s.Limit}, more {s.UntilMore}, all {s.UntilAll}{(s.IsViolated ? ", violated" : "")}");
        return $"{(decision.IsAcquired ? "granted" : "rejected")}, retry after {decision.RetryAfter}; {string.Join("; ", statuses)}";
    }

    private static void AssertStatus(in QuotaStatus status, double limit, long remaining, TimeSpan? untilMore, TimeSpan? untilAll) =>
        Assert.Equal((limit, remaining, untilMore, untilAll), (status.Limit, status.Remaining, status.UntilMore, status.UntilAll));
}
