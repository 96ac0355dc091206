using System.Threading.RateLimiting;
using Microsoft.AspNetCore.TestHost;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What the host made, or had made, goes with it.</summary>
public class DisposalTests
{
    [Fact]
    public async Task Host_Disposed_DisposesTheLimitersOfForeignFactories()
    {
        var limiters = new List<ScriptedLimiter>();
        var api = await ForeignApi.StartAsync(
            context => RateLimitPartition.Get(context.Request.Path.ToString(), _ =>
            {
                limiters.Add(new ScriptedLimiter(() => new ScriptedLease(isAcquired: true)));
                return limiters[^1];
            }),
            limits => limits.MaxPartitions(2));
        await api.SendAsync("/a");
        await api.SendAsync("/b");
        await api.SendAsync("/shared-since-there-is-no-room");
        Assert.Equal(3, limiters.Count);
        Assert.DoesNotContain(limiters, limiter => limiter.IsDisposed);

        await api.DisposeAsync();

        Assert.All(limiters, limiter => Assert.True(limiter.IsDisposed));
    }

    [Fact]
    public async Task Host_DisposedWithALimiterThatThrows_DisposesTheOthers()
    {
        var limiters = new List<ScriptedLimiter>();
        var api = await ForeignApi.StartAsync(
            context => RateLimitPartition.Get(context.Request.Path.ToString(), _ =>
            {
                limiters.Add(new ScriptedLimiter(() => new ScriptedLease(isAcquired: true))
                {
                    Disposing = () => throw new InvalidOperationException("broken"),
                });
                return limiters[^1];
            }));
        await api.SendAsync("/a");
        await api.SendAsync("/b");

        await api.DisposeAsync();

        Assert.All(limiters, limiter => Assert.True(limiter.IsDisposed));
        Assert.Equal(0, api.Time.RunningTimers);
    }

    [Fact]
    public async Task MemoryPartitions_Disposed_LeaveNoTimer()
    {
        var time = new ManualTimeProvider();
        using var metrics = new RateLimitMetrics(null);
        var plan = TestPlan.Of(new QuotaDefinition(Quota.FixedWindow("api", 5, TimeSpan.FromMinutes(1))));
        var partitions = new MemoryPartitions(TestPlan.Create(time, plan, maxPartitions: 1, metrics));
        var known = new RateLimitPrincipal(TokenTypes.User, "known");
        await partitions.AcquireAsync(new AcquireArguments(known, new long[] { 1 }, default), new RateLimitDecision());
        var partition = partitions.Find(known)!;
        Assert.NotNull(partition.Quotas);

        partitions.Dispose();

        Assert.Null(partition.Quotas);
        Assert.Equal(0, time.RunningTimers);
    }

    [Fact]
    public async Task Host_WithLimitsGivenToTheMiddleware_LeavesNoTimer()
    {
        var time = new ManualTimeProvider();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        var app = builder.Build();
        app.UseRateLimitHeaders(limits => limits.UseTimeProvider(time).FixedWindow(5, TimeSpan.FromMinutes(1)));
        await app.StartAsync();
        Assert.Equal(2, time.RunningTimers);

        await app.StopAsync();
        await app.DisposeAsync();

        Assert.Equal(0, time.RunningTimers);
    }
}
