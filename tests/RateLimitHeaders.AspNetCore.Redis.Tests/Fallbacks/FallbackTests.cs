namespace RateLimitHeaders.AspNetCore.Redis.Tests;

public class FallbackTests
{
    private static readonly Quota s_quota = Quota.FixedWindow("q", 8, TimeSpan.FromMinutes(1));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task LimitInMemory_OfFourNodes_GrantsAQuarterAndSettlesThere(bool isKnown)
    {
        using var tested = await TestedCounter.CreateAsync(new RedisStoreOptions { Nodes = 4 }, s_quota);
        BreakOff(tested, isKnown);
        var lease = await tested.TakeAsync(limits: 8);
        Assert.Equal((2d, 1L), (lease.Statuses[0].Limit!.Value, lease.Statuses[0].Remaining));
        await lease.ChargeAsync(1);
        Assert.Equal(0, lease.Statuses[0].Remaining);
        Assert.False((await tested.TakeAsync(limits: 8)).IsAcquired);
        await lease.RefundAsync(1);
        Assert.True((await tested.TakeAsync(limits: 8)).IsAcquired);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Admit_GrantsEverythingAndSaysWhyNothingIsKnown(bool isKnown)
    {
        using var tested = await TestedCounter.CreateAsync(new RedisStoreOptions { WhenUnavailable = WhenRedisUnavailable.Admit }, s_quota);
        BreakOff(tested, isKnown);
        var lease = await tested.TakeAsync(1_000);
        Assert.Equal((true, false, 0), (lease.IsAcquired, lease.IsUnavailable, lease.Statuses.Length));
        Assert.Contains("Redis cannot count", lease.WhyNoStatuses, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Refuse_RefusesEverythingAsUnavailable(bool isKnown)
    {
        using var tested = await TestedCounter.CreateAsync(new RedisStoreOptions { WhenUnavailable = WhenRedisUnavailable.Refuse }, s_quota);
        BreakOff(tested, isKnown);
        var lease = await tested.TakeAsync();
        Assert.Equal((false, true, null), (lease.IsAcquired, lease.IsUnavailable, lease.RetryAfter));
    }

    [Fact]
    public async Task Settling_WithoutAnAnswer_LeavesTheStatusesAndDoesNotThrow()
    {
        using var tested = await TestedCounter.CreateAsync(s_quota);
        var lease = await tested.TakeAsync(2);
        BreakOff(tested, isKnown: false);
        await lease.ChargeAsync(1);
        await lease.RefundAsync(1);
        await lease.RefreshAsync();
        Assert.Equal(6, lease.Statuses[0].Remaining);
        tested.Gateway.IsSilent = false;
        await lease.RefundAsync(2);
        Assert.Equal(8, lease.Statuses[0].Remaining);
    }

    [Fact]
    public async Task RememberedRefusal_WhileRedisIsOutOfReach_RefusesNobody()
    {
        using var tested = await TestedCounter.CreateAsync(s_quota);
        await tested.TakeAsync(8);
        Assert.False((await tested.TakeAsync()).IsAcquired);
        BreakOff(tested, isKnown: true);
        Assert.True((await tested.TakeAsync()).IsAcquired);
    }

    /// <param name="tested">What loses its Redis.</param>
    /// <param name="isKnown">Whether that is known before the next call, or found out by it.</param>
    private static void BreakOff(TestedCounter tested, bool isKnown)
    {
        tested.Gateway.IsAvailable = !isKnown;
        tested.Gateway.IsSilent = true;
    }
}
