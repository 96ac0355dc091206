namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>
/// What tests of the algorithms have in common. They know only the seam between the plans and what counts them, so that
/// one suite says what every store must do. All their times are multiples of what the store tells apart.
/// </summary>
/// <typeparam name="TStore">The store under test.</typeparam>
public abstract class CountingTests<TStore> : IDisposable
    where TStore : TestedStore, new()
{
    private static readonly TStore s_store = new();

    private readonly List<PlanPartitions> _partitions = [];

    protected static TimeSpan Step => s_store.Resolution;

    protected static int Histories => s_store.Histories;

    protected static TimeSpan LongestHold => s_store.LongestHold;

    protected static bool HoldsPermits => s_store.HoldsPermits;

    protected static TimeSpan LastUse => s_store.LastUse;

    protected static long SegmentParts => s_store.SegmentParts;

    protected ManualTimeProvider Clock { get; } = new();

    public void Dispose()
    {
        _partitions.ForEach(partitions => partitions.Dispose());
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// Gets how much later than one window after they were taken the permits expire that a sliding window counted in a segment
    /// which is not the newest any more.
    /// </summary>
    protected static TimeSpan LateBy(DateTimeOffset taken, TimeSpan segment)
    {
        var moment = RateLimitClock.UnixTicks(taken + LastUse);
        return LastUse + new TimeSpan(SegmentPart.EndOf(moment, segment.Ticks, SegmentParts) - moment);
    }

    /// <summary>Creates a caller that has used nothing yet.</summary>
    protected TestedCaller Caller(params Quota[] quotas) => Caller(Clock, quotas);

    protected TestedCaller Caller(ManualTimeProvider clock, params Quota[] quotas) =>
        Caller(Partitions(clock, quotas), clock, quotas, "alice");

    /// <summary>Creates two callers of one plan.</summary>
    protected (TestedCaller Alice, TestedCaller Bob) Callers(params Quota[] quotas)
    {
        var partitions = Partitions(Clock, quotas);
        return (Caller(partitions, Clock, quotas, "alice"), Caller(partitions, Clock, quotas, "bob"));
    }

    /// <summary>Checks a property of as many random histories as the store has time for.</summary>
    /// <remarks>FsCheck's thread waits for the store, and may: it is not one of xunit's.</remarks>
    private protected static Task CheckAsync(FsCheck.Gen<History> histories, Func<History, Task> property) => Task.Run(() =>
        History.Check(histories, history => property(history).GetAwaiter().GetResult(), Histories));

    private static TestedCaller Caller(PlanPartitions partitions, ManualTimeProvider clock, Quota[] quotas, string id) =>
        new(partitions, quotas, new RateLimitPrincipal("user", id), RateLimitClock.For(clock));

    private PlanPartitions Partitions(ManualTimeProvider clock, Quota[] quotas)
    {
        var partitions = s_store.CreatePartitions(clock, quotas);
        _partitions.Add(partitions);
        return partitions;
    }

    protected static void AssertStatus(
        TestedDecision decision, double limit, long remaining, TimeSpan? untilMore, TimeSpan? untilAll, int quota = 0)
    {
        var status = decision.Statuses[quota];

        // A rejection that is remembered tells its statuses, and how old they are.
        Assert.Equal((limit, remaining, untilMore, untilAll), (status.Limit, status.Remaining, status.UntilMore - decision.Age, status.UntilAll - decision.Age));
    }

    protected static void AssertRejected(
        TestedDecision decision, TimeSpan retryAfter, double limit, long remaining, TimeSpan? untilMore, TimeSpan? untilAll)
    {
        Assert.False(decision.IsAcquired);
        Assert.Equal(retryAfter, decision.RetryAfter);
        Assert.True(decision.Statuses[0].IsViolated);
        AssertStatus(decision, limit, remaining, untilMore, untilAll);
    }

    protected static async Task AssertRemainingAsync(TestedCaller caller, params long[] remaining)
    {
        var decision = await caller.PeekAsync();
        Assert.Equal(remaining, decision.Statuses.ToArray().Select(status => status.Remaining));
    }

    /// <summary>Everything that a decision says, to compare one with another.</summary>
    protected static string Says(TestedDecision decision)
    {
        var statuses = decision.Statuses.ToArray()
            .Select(s => $"{s.Name}: {s.Remaining} of {s.Limit}, more {s.UntilMore}, all {s.UntilAll}{(s.IsViolated ? ", violated" : "")}");
        return $"{(decision.IsAcquired ? "acquired" : "rejected")}, retry after {decision.RetryAfter}; {string.Join("; ", statuses)}";
    }
}
