namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A server's own share of the limits, which it grants from memory while its store is out of reach.</summary>
public class MemoryShareTests
{
    private static readonly RateLimitPrincipal s_caller = new(TokenTypes.User, "ada");

    [Theory]
    [InlineData(10, 0.25, 2.5)]
    [InlineData(10, 1, 10)]
    [InlineData(5, 0.1, 1)]
    [InlineData(1, 0.5, 1)]
    public async Task Limit_OfAShare_IsThatPartAndOneAtLeast(double limit, double share, double expected)
    {
        using var store = new ShareStore(share);
        await using var api = await TestApi.StartAsync(limits => limits.UseStore(store).FixedWindow("hourly", limit, TimeSpan.FromHours(1)));

        using var lease = await store.Counters["user"].AcquireAsync(s_caller, 1, []);

        Assert.Equal(expected, lease.Statuses[0].Limit);
        Assert.Equal((long)expected - 1, lease.Statuses[0].Remaining);
    }

    [Fact]
    public async Task Limit_ThatAFunctionOfTheCallerTells_IsDividedAsWell()
    {
        using var store = new ShareStore(0.5);
        await using var api = await TestApi.StartAsync(limits => limits.UseStore(store).FixedWindow("hourly", _ => 8, TimeSpan.FromHours(1)));
        var counter = store.Counters["user"];

        using var first = await counter.AcquireAsync(s_caller, 1, [8]);
        using var unknown = await counter.AcquireAsync(s_caller, 1, [double.NaN]);

        Assert.Equal(4, first.Statuses[0].Limit);
        Assert.Equal(4, unknown.Statuses[0].Limit);
        Assert.Equal(2, unknown.Statuses[0].Remaining);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.5)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public async Task Share_OutOfItsRange_IsAnError(double share)
    {
        using var store = new ShareStore(share);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => TestApi.StartAsync(limits => limits.UseStore(store).FixedWindow("hourly", 10, TimeSpan.FromHours(1))));
    }

    private sealed class ShareStore(double share) : QuotaStore
    {
        public Dictionary<string, QuotaCounter> Counters { get; } = [];

        public override QuotaCounter CreateCounter(StoredPlan plan) => Counters[plan.TokenType] = plan.CreateInMemory(share);
    }
}
