namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What is used stays used when limits are replaced, as long as the shape of their quotas stays.</summary>
public class RuntimeSwapTests
{
    [Theory]
    [InlineData("fixed")]
    [InlineData("sliding")]
    [InlineData("bucket")]
    public async Task LimitRaised_WhatIsUsedStaysUsed(string algorithm)
    {
        await using var api = await TestApi.StartAsync(limits => Add(limits, algorithm, 3));
        Assert.Equal([(200, "3", "2"), (200, "3", "1"), (200, "3", "0"), (429, "3", "0")], await api.SendSeveralAsync(4));

        api.Swap(limits => Add(limits, algorithm, 10));
        Assert.Equal([(200, "10", "6"), (200, "10", "5")], await api.SendSeveralAsync(2));
    }

    [Theory]
    [InlineData("fixed")]
    [InlineData("sliding")]
    [InlineData("bucket")]
    public async Task LimitLowered_WhatIsUsedStaysUsed(string algorithm)
    {
        await using var api = await TestApi.StartAsync(limits => Add(limits, algorithm, 10));
        await api.SendSeveralAsync(5);

        api.Swap(limits => Add(limits, algorithm, 7));
        Assert.Equal([(200, "7", "1")], await api.SendSeveralAsync(1));
        api.Swap(limits => Add(limits, algorithm, 4));
        Assert.Equal([(429, "4", "0")], await api.SendSeveralAsync(1));
        api.Swap(limits => Add(limits, algorithm, 8));
        Assert.Equal([(200, "8", "1")], await api.SendSeveralAsync(1));
    }

    [Fact]
    public async Task SlotsLowered_ThoseThatAreHeldStayHeld()
    {
        var gate = new TaskCompletionSource();
        var entered = new SemaphoreSlim(0);
        await using var api = await TestApi.StartAsync(limits => limits.Concurrency("slots", 3), web =>
        {
            web.MapGet("/", () => "hello");
            web.MapGet("/hold", () =>
            {
                entered.Release();
                return gate.Task;
            });
        });
        var held = new[] { api.SendAsync("/hold"), api.SendAsync("/hold") };
        await entered.WaitAsync();
        await entered.WaitAsync();

        api.Swap(limits => limits.Concurrency("slots", 2));
        Assert.Equal([(429, "2", "0")], await api.SendSeveralAsync(1));
        gate.SetResult();
        await Task.WhenAll(held);
        Assert.Equal([(200, "2", "1")], await api.SendSeveralAsync(1));
    }

    [Fact]
    public async Task QuotaOfAnotherShape_StartsFromZero()
    {
        await using var api = await TestApi.StartAsync(limits => limits.FixedWindow("q", 10, Hour));
        await api.SendSeveralAsync(5);

        foreach (var other in new Action<RateLimitsBuilder>[]
        {
            limits => limits.FixedWindow("q", 10, TimeSpan.FromMinutes(1)),
            limits => limits.FixedWindow("q", 10, Hour, alignToClock: true),
            limits => limits.FixedWindow("another", 10, Hour),
            limits => limits.FixedWindow("q", 10, Hour, unit: QuotaUnits.ContentBytes),
            limits => limits.SlidingWindow("q", 10, Hour),
            limits => limits.SlidingWindow("q", 10, Hour, segments: 2),
            limits => limits.TokenBucket("q", 10, Hour),
        })
        {
            api.Swap(other);
            Assert.Equal([(200, "10", "9"), (200, "10", "8")], await api.SendSeveralAsync(2));
        }

        // The first one has not been kept meanwhile.
        api.Swap(limits => limits.FixedWindow("q", 10, Hour));
        Assert.Equal([(200, "10", "9")], await api.SendSeveralAsync(1));
    }

    [Fact]
    public async Task OtherPlansAndPolicies_ThatChange_LeaveTheCountsOfTheRest()
    {
        static void Limit(RateLimitsBuilder limits, string anonymous) => limits
            .DefaultPolicy(policy => policy
                .For("user", plan => plan.FixedWindow("q", 10, Hour))
                .ForAnonymous(plan => plan.FixedWindow(anonymous, 10, Hour)))
            .AddPolicy($"policy of {anonymous}", policy => policy.FixedWindow("q", 10, Hour));

        await using var api = await TestApi.StartAsync(limits => Limit(limits, "one"));
        await api.SendSeveralAsync(3);
        await api.SendSeveralAsync(3, "sub=ada");

        api.Swap(limits => Limit(limits, "other"));
        Assert.Equal([(200, "10", "9")], await api.SendSeveralAsync(1));
        Assert.Equal([(200, "10", "6")], await api.SendSeveralAsync(1, "sub=ada"));
    }

    [Fact]
    public async Task SameDefinition_ChangesNothing()
    {
        await using var api = await TestApi.StartAsync(limits => limits.FixedWindow("q", 10, Hour));
        await api.SendSeveralAsync(3);
        var partitions = api.Time.RunningTimers;

        for (var swap = 0; swap < 5; swap++)
        {
            api.Runtime().Apply(api.Runtime().Current.Definition);
        }

        Assert.Equal([(200, "10", "6")], await api.SendSeveralAsync(1));
        Assert.Equal(partitions, api.Time.RunningTimers);
    }

    [Fact]
    public async Task PartitionsThatAreReplaced_LeaveNoTimerBehind()
    {
        await using var api = await TestApi.StartAsync(limits => limits.FixedWindow("q", 10, Hour));
        var timers = api.Time.RunningTimers;

        for (var swap = 1; swap <= 5; swap++)
        {
            api.Swap(limits => limits.FixedWindow("q", 10, swap * Hour));
            await api.SendSeveralAsync(1);
        }

        Assert.Equal(timers, api.Time.RunningTimers);
    }

    [Fact]
    public async Task Swap_AfterTheEnd_MakesNothing()
    {
        var api = await TestApi.StartAsync(limits => limits.FixedWindow("q", 10, Hour));
        var (runtime, time, other) = (api.Runtime(), api.Time, api.Define(limits => limits.FixedWindow("q", 10, TimeSpan.FromMinutes(1))));
        await api.DisposeAsync();

        runtime.Apply(other);

        Assert.Equal(0, time.RunningTimers);
    }

    private static void Add(RateLimitsBuilder limits, string algorithm, int limit) => _ = algorithm switch
    {
        "fixed" => limits.FixedWindow("q", limit, Hour),
        "sliding" => limits.SlidingWindow("q", limit, Hour),
        _ => limits.TokenBucket("q", limit, Hour),
    };
}
