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

    private readonly List<QuotaCounter> _counters = [];

    protected static TimeSpan Step => s_store.Resolution;

    protected static int Histories => s_store.Histories;

    protected static TimeSpan LongestHold => s_store.LongestHold;

    protected static bool HoldsPermits => s_store.HoldsPermits;

    protected ManualTimeProvider Clock { get; } = new();

    public void Dispose()
    {
        _counters.ForEach(counter => counter.Dispose());
        GC.SuppressFinalize(this);
    }

    protected static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    /// <summary>Creates a caller that has used nothing yet.</summary>
    protected TestedCaller Caller(params Quota[] quotas) => Caller(Clock, quotas);

    protected TestedCaller Caller(ManualTimeProvider clock, params Quota[] quotas) =>
        new(Counter(clock, quotas), quotas, new RateLimitPrincipal("user", "alice"));

    /// <summary>Creates two callers of one plan.</summary>
    protected (TestedCaller Alice, TestedCaller Bob) Callers(params Quota[] quotas)
    {
        var counter = Counter(Clock, quotas);
        return (new(counter, quotas, new RateLimitPrincipal("user", "alice")), new(counter, quotas, new RateLimitPrincipal("user", "bob")));
    }

    /// <summary>Checks a property of as many random histories as the store has time for.</summary>
    /// <remarks>FsCheck's thread waits for the store, and may: it is not one of xunit's.</remarks>
    private protected static Task CheckAsync(FsCheck.Gen<History> histories, Func<History, Task> property) => Task.Run(() =>
        History.Check(histories, history => property(history).GetAwaiter().GetResult(), Histories));

    private QuotaCounter Counter(ManualTimeProvider clock, Quota[] quotas)
    {
        var counter = s_store.CreateCounter(clock, quotas);
        _counters.Add(counter);
        return counter;
    }

    protected static void AssertStatus(
        ExternalLease lease, double limit, long remaining, TimeSpan? untilMore, TimeSpan? untilAll, int quota = 0)
    {
        var status = lease.Statuses[quota];

        // A refusal that is remembered tells its statuses, and how old they are.
        Assert.Equal((limit, remaining, untilMore, untilAll), (status.Limit, status.Remaining, status.UntilMore - lease.Age, status.UntilAll - lease.Age));
    }

    protected static void AssertRefused(
        ExternalLease lease, TimeSpan retryAfter, double limit, long remaining, TimeSpan? untilMore, TimeSpan? untilAll)
    {
        Assert.False(lease.IsAcquired);
        Assert.Equal(retryAfter, lease.RetryAfter);
        Assert.True(lease.Statuses[0].IsViolated);
        AssertStatus(lease, limit, remaining, untilMore, untilAll);
    }

    /// <summary>Asserts that a bucket owes as many times what it holds as can be counted.</summary>
    protected static void AssertOwesTheMost(double buckets) => Assert.InRange(buckets, s_store.LongestDebt, 2 * s_store.LongestDebt);

    protected static async Task AssertRemainingAsync(TestedCaller caller, params long[] remaining)
    {
        var lease = await caller.PeekAsync();
        Assert.Equal(remaining, lease.Statuses.ToArray().Select(status => status.Remaining));
    }

    /// <summary>Everything that a lease says, to compare one with another.</summary>
    protected static string Says(ExternalLease lease)
    {
        var statuses = lease.Statuses.ToArray()
            .Select(s => $"{s.Name}: {s.Remaining} of {s.Limit}, more {s.UntilMore}, all {s.UntilAll}{(s.IsViolated ? ", violated" : "")}");
        return $"{(lease.IsAcquired ? "granted" : "refused")}, retry after {lease.RetryAfter}; {string.Join("; ", statuses)}";
    }
}
