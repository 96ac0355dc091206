using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore.Tests;

public class RuntimeSwapTests
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    [Theory]
    [InlineData("fixed")]
    [InlineData("sliding")]
    [InlineData("bucket")]
    public async Task LimitRaised_WhatIsUsedStaysUsed(string algorithm)
    {
        await using var api = await TestApi.StartAsync(limits => Add(limits, algorithm, 3));
        Assert.Equal([(200, "3", "2"), (200, "3", "1"), (200, "3", "0"), (429, "3", "0")], await SendAsync(api, 4));

        api.Swap(limits => Add(limits, algorithm, 10));
        Assert.Equal([(200, "10", "6"), (200, "10", "5")], await SendAsync(api, 2));
    }

    [Theory]
    [InlineData("fixed")]
    [InlineData("sliding")]
    [InlineData("bucket")]
    public async Task LimitLowered_WhatIsUsedStaysUsed(string algorithm)
    {
        await using var api = await TestApi.StartAsync(limits => Add(limits, algorithm, 10));
        await SendAsync(api, 5);

        api.Swap(limits => Add(limits, algorithm, 7));
        Assert.Equal([(200, "7", "1")], await SendAsync(api, 1));
        api.Swap(limits => Add(limits, algorithm, 4));
        Assert.Equal([(429, "4", "0")], await SendAsync(api, 1));
        api.Swap(limits => Add(limits, algorithm, 8));
        Assert.Equal([(200, "8", "1")], await SendAsync(api, 1));
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
        Assert.Equal([(503, "2", "0")], await SendAsync(api, 1));
        gate.SetResult();
        await Task.WhenAll(held);
        Assert.Equal([(200, "2", "1")], await SendAsync(api, 1));
    }

    [Fact]
    public async Task QuotaOfAnotherShape_StartsAnew()
    {
        await using var api = await TestApi.StartAsync(limits => limits.FixedWindow("q", 10, s_hour));
        await SendAsync(api, 5);

        foreach (var other in new Action<RateLimitsBuilder>[]
        {
            limits => limits.FixedWindow("q", 10, TimeSpan.FromMinutes(1)),
            limits => limits.FixedWindow("q", 10, s_hour, alignToClock: true),
            limits => limits.FixedWindow("another", 10, s_hour),
            limits => limits.FixedWindow("q", 10, s_hour, unit: QuotaUnits.ContentBytes),
            limits => limits.SlidingWindow("q", 10, s_hour),
            limits => limits.SlidingWindow("q", 10, s_hour, segments: 2),
            limits => limits.TokenBucket("q", 10, s_hour),
        })
        {
            api.Swap(other);
            Assert.Equal([(200, "10", "9"), (200, "10", "8")], await SendAsync(api, 2));
        }

        // The first one has not been kept meanwhile.
        api.Swap(limits => limits.FixedWindow("q", 10, s_hour));
        Assert.Equal([(200, "10", "9")], await SendAsync(api, 1));
    }

    [Fact]
    public async Task OtherPlansAndPolicies_ThatChange_LeaveTheCountsOfTheRest()
    {
        static void Limit(RateLimitsBuilder limits, string anonymous) => limits
            .DefaultPolicy(policy => policy
                .For("user", plan => plan.FixedWindow("q", 10, s_hour))
                .ForAnonymous(plan => plan.FixedWindow(anonymous, 10, s_hour)))
            .AddPolicy($"policy of {anonymous}", policy => policy.FixedWindow("q", 10, s_hour));

        await using var api = await TestApi.StartAsync(limits => Limit(limits, "one"));
        await SendAsync(api, 3);
        await SendAsync(api, 3, "sub=ada");

        api.Swap(limits => Limit(limits, "other"));
        Assert.Equal([(200, "10", "9")], await SendAsync(api, 1));
        Assert.Equal([(200, "10", "6")], await SendAsync(api, 1, "sub=ada"));
    }

    [Fact]
    public async Task SameDefinition_ChangesNothing()
    {
        await using var api = await TestApi.StartAsync(limits => limits.FixedWindow("q", 10, s_hour));
        await SendAsync(api, 3);
        var partitions = api.Time.RunningTimers;

        for (var swap = 0; swap < 5; swap++)
        {
            api.Runtime().Apply(api.Runtime().Current.Definition);
        }

        Assert.Equal([(200, "10", "6")], await SendAsync(api, 1));
        Assert.Equal(partitions, api.Time.RunningTimers);
    }

    [Fact]
    public async Task PartitionsThatAreReplaced_LeaveNoTimerBehind()
    {
        await using var api = await TestApi.StartAsync(limits => limits.FixedWindow("q", 10, s_hour));
        var timers = api.Time.RunningTimers;

        for (var swap = 1; swap <= 5; swap++)
        {
            api.Swap(limits => limits.FixedWindow("q", 10, swap * s_hour));
            await SendAsync(api, 1);
        }

        Assert.Equal(timers, api.Time.RunningTimers);
    }

    [Fact]
    public async Task HeadersCostsPoliciesAndRejections_OfTheNextDefinition_AreInForce()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow("q", 10, s_hour).AddPolicy("b", policy => policy.FixedWindow("q", 5, s_hour)),
            web =>
            {
                web.MapGet("/", () => "hello");
                web.MapGet("/b", () => "hello").RequireRateLimiting("b");
            });
        await SendAsync(api, 1);
        Assert.Equal("4", (await api.SendAsync("/b"))["X-RateLimit-Remaining"]);

        api.Swap(limits => limits
            .DefaultPolicy(policy => policy.Cost(4).FixedWindow("q", 10, s_hour))
            .AddPolicy("b", policy => policy.FixedWindow("q", 3, s_hour))
            .Headers(headers => headers.Ietf())
            .OnRejected(rejection => new(rejection.HttpContext.Response.WriteAsync("No."))));

        Assert.Equal("RateLimit: \"q\";r=5;t=3600\nRateLimit-Policy: \"q\";q=10;w=3600", (await api.SendAsync()).LimitHeaders);
        Assert.Equal("RateLimit: \"q\";r=1;t=3600\nRateLimit-Policy: \"q\";q=3;w=3600", (await api.SendAsync("/b")).LimitHeaders);
        Assert.Equal("\"q\";r=1;t=3600", (await api.SendAsync())["RateLimit"]);
        Assert.Equal("No.", (await api.SendAsync()).Body);
    }

    [Fact]
    public async Task PkOfACaller_WithASecretThatIsMadeUp_IsTheSameAfterASwap()
    {
        static void Limit(RateLimitsBuilder limits, int limit) =>
            limits.FixedWindow("q", limit, s_hour).Headers(headers => headers.Ietf(options => options.PartitionKey(default)));

        await using var api = await TestApi.StartAsync(limits => Limit(limits, 10));
        var before = (await api.SendAsync())["RateLimit"]!;
        api.Swap(limits => Limit(limits, 20));

        Assert.Contains(";pk=:", before, StringComparison.Ordinal);
        Assert.Equal(
            before.Replace(";r=9;", ";r=18;", StringComparison.Ordinal), (await api.SendAsync())["RateLimit"]);
    }

    [Fact]
    public async Task RequestThatIsUnderWay_EndsWithWhatItBeganWith()
    {
        TestApi? api = null;
        await using var started = api = await TestApi.StartAsync(
            limits => limits.FixedWindow("q", 10, s_hour),
            web => web.MapGet("/{charge?}", async (HttpContext context, int? charge) =>
            {
                if (charge is { } permits)
                {
                    api!.Swap(limits => limits.FixedWindow("q", 20, s_hour).Headers(headers => headers.Ietf()));
                    await context.GetRateLimitFeature()!.ChargeAsync(permits);
                }
            }));

        // The old fields, with what the partition counts that stayed.
        Assert.Equal("X-RateLimit-Limit: 10\nX-RateLimit-Remaining: 5\nX-RateLimit-Reset: 1779548833", (await api.SendAsync("/4")).LimitHeaders);
        Assert.Equal("\"q\";r=14;t=3600", (await api.SendAsync())["RateLimit"]);
    }

    [Fact]
    public async Task RequestThatIsUnderWay_WhosePartitionsAreReplaced_EndsWithoutAnError()
    {
        TestApi? api = null;
        await using var started = api = await TestApi.StartAsync(
            limits => limits.Concurrency("slots", 2).FixedWindow("q", 10, s_hour),
            web => web.MapGet("/{charge?}", async (HttpContext context, int? charge) =>
            {
                if (charge is { } permits)
                {
                    api!.Swap(limits => limits.Concurrency("slots", 2).FixedWindow("q", 10, TimeSpan.FromDays(1)));
                    await context.GetRateLimitFeature()!.ChargeAsync(permits);
                }
            }));

        Assert.Equal(200, (int)(await api.SendAsync("/4")).Status);
        Assert.Equal([(200, "2", "1"), (200, "2", "1")], await SendAsync(api, 2));
        Assert.Empty(Complaints.Of(api));
    }

    [Fact]
    public async Task DefinitionWhosePartitionsCannotBeMade_LeavesTheOneInForce()
    {
        await using var api = await TestApi.StartAsync(limits => limits.FixedWindow("q", 10, s_hour));
        await SendAsync(api, 3);
        var (snapshot, timers) = (api.Runtime().Current, api.Time.RunningTimers);

        var good = api.Define(limits => limits.FixedWindow("q", 20, s_hour).AddPolicy("new", policy => policy.FixedWindow("q", 5, s_hour)));
        var failing = new PolicyDefinition(
            "failing", "failing", [new PlanDefinition("failing", "none", [])], new FailingPartitioner());
        Assert.Throws<InvalidOperationException>(() => api.Runtime().Apply(good with { Policies = [.. good.Policies, failing] }));

        Assert.Same(snapshot, api.Runtime().Current);
        Assert.Equal(timers, api.Time.RunningTimers);
        Assert.Equal([(200, "10", "6")], await SendAsync(api, 1));
        api.Runtime().Apply(good);
        Assert.Equal([(200, "20", "15")], await SendAsync(api, 1));
    }

    private static void Add(RateLimitsBuilder limits, string algorithm, int limit) => _ = algorithm switch
    {
        "fixed" => limits.FixedWindow("q", limit, s_hour),
        "sliding" => limits.SlidingWindow("q", limit, s_hour),
        _ => limits.TokenBucket("q", limit, s_hour),
    };

    private static async Task<List<(int Status, string? Limit, string? Remaining)>> SendAsync(TestApi api, int requests, string? claim = null)
    {
        var told = new List<(int, string?, string?)>();
        for (var i = 0; i < requests; i++)
        {
            var response = await api.SendAsync(claims: claim is null ? null : [claim]);
            told.Add(((int)response.Status, response["X-RateLimit-Limit"], response["X-RateLimit-Remaining"]));
        }

        return told;
    }

    private sealed class FailingPartitioner : IForeignPartitioner
    {
        public PlanPartitions CreatePartitions(PartitionsContext context) => throw new InvalidOperationException("No partitions.");
    }
}
