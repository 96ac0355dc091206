namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What the next definition says beside limits, and what becomes of requests that are under way.</summary>
public class SwappedDefinitionTests
{
    [Fact]
    public async Task HeadersCostsPoliciesAndRejections_OfTheNextDefinition_AreInForce()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow("q", 10, Hour).AddPolicy("b", policy => policy.FixedWindow("q", 5, Hour)),
            web =>
            {
                web.MapGet("/", () => "hello");
                web.MapGet("/b", () => "hello").RequireRateLimiting("b");
            });
        await api.SendSeveralAsync(1);
        Assert.Equal("4", (await api.SendAsync("/b"))["X-RateLimit-Remaining"]);

        api.Swap(limits => limits
            .DefaultPolicy(policy => policy.Cost(4).FixedWindow("q", 10, Hour))
            .AddPolicy("b", policy => policy.FixedWindow("q", 3, Hour))
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
            limits.FixedWindow("q", limit, Hour).Headers(headers => headers.Ietf(options => options.PartitionKey()));

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
            limits => limits.FixedWindow("q", 10, Hour),
            web => web.MapGet("/{charge?}", async (HttpContext context, int? charge) =>
            {
                if (charge is { } permits)
                {
                    api!.Swap(limits => limits.FixedWindow("q", 20, Hour).Headers(headers => headers.Ietf()));
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
            limits => limits.Concurrency("slots", 2).FixedWindow("q", 10, Hour),
            web => web.MapGet("/{charge?}", async (HttpContext context, int? charge) =>
            {
                if (charge is { } permits)
                {
                    api!.Swap(limits => limits.Concurrency("slots", 2).FixedWindow("q", 10, TimeSpan.FromDays(1)));
                    await context.GetRateLimitFeature()!.ChargeAsync(permits);
                }
            }));

        Assert.Equal(200, (int)(await api.SendAsync("/4")).Status);
        Assert.Equal([(200, "10", "9"), (200, "10", "8")], await api.SendSeveralAsync(2));
        Assert.Empty(Complaints.Of(api));
    }

    [Fact]
    public async Task DefinitionWhosePartitionsCannotBeMade_LeavesTheOneInForce()
    {
        await using var api = await TestApi.StartAsync(limits => limits.FixedWindow("q", 10, Hour));
        await api.SendSeveralAsync(3);
        var (snapshot, timers) = (api.Runtime().Current, api.Time.RunningTimers);

        var good = api.Define(limits => limits.FixedWindow("q", 20, Hour).AddPolicy("new", policy => policy.FixedWindow("q", 5, Hour)));
        var failing = new PolicyDefinition(
            "failing", "failing", [new PlanDefinition("failing", "none", [])], new FailingPartitioner());
        Assert.Throws<InvalidOperationException>(() => api.Runtime().Apply(good with { Policies = [.. good.Policies, failing] }));

        Assert.Same(snapshot, api.Runtime().Current);
        Assert.Equal(timers, api.Time.RunningTimers);
        Assert.Equal([(200, "10", "6")], await api.SendSeveralAsync(1));
        api.Runtime().Apply(good);
        Assert.Equal([(200, "20", "15")], await api.SendSeveralAsync(1));
    }

    private sealed class FailingPartitioner : IForeignPartitioner
    {
        public PlanPartitions CreatePartitions(PartitionsContext context) => throw new InvalidOperationException("No partitions.");
    }
}
