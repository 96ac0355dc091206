using System.Net;
using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What a limiter of the application throws becomes neither a 500 nor an unlimited API.</summary>
public class FailingLimiterTests
{
    [Fact]
    public Task Partitioner_ThatThrows_IsRejectedWith503() => AssertFailsAsync(RateLimitPartition<string> (_) => throw Broken());

    [Fact]
    public Task Factory_ThatThrows_IsRejectedWith503() =>
        AssertFailsAsync(_ => RateLimitPartition.Get<string>("all", _ => throw Broken()));

    [Fact]
    public Task Factory_ThatReturnsNothing_IsRejectedWith503() =>
        AssertFailsAsync(_ => RateLimitPartition.Get("all", _ => (RateLimiter)null!));

    [Fact]
    public Task Limiter_ThatThrows_IsRejectedWith503() =>
        AssertFailsAsync(_ => RateLimitPartition.Get("all", _ => new ScriptedLimiter(() => throw Broken())));

    [Fact]
    public Task Limiter_ThatThrowsOfACancellationThatIsNotTheCallers_IsRejectedWith503() =>
        AssertFailsAsync(_ => RateLimitPartition.Get("all", _ => new ScriptedLimiter(() => throw new OperationCanceledException())));

    [Fact]
    public async Task Statistics_ThatThrow_AdmitTheRequestWithoutHeaders()
    {
        // As of limiters that keep their counts elsewhere: they work in ASP.NET Core, which never asks.
        await using var api = await ForeignApi.StartAsync(_ => RateLimitPartition.Get(
            "all", _ => new ScriptedLimiter(() => new ScriptedLease(isAcquired: true)) { Statistics = () => throw Broken() }));

        var response = await api.SendAsync();

        Assert.Equal(HttpStatusCode.OK, response.Status);
        Assert.Equal("", response.LimitHeaders);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Statistics_ThatALimiterDoesNotHave_AreReadOnce(bool throws)
    {
        var reads = 0;
        await using var api = await ForeignApi.StartAsync(_ => RateLimitPartition.Get(
            "all",
            _ => new ScriptedLimiter(() => new ScriptedLease(isAcquired: true)) { Statistics = Read, Idle = () => Hour, Disposing = () => reads += 100 }));

        for (var i = 0; i < 3; i++)
        {
            var response = await api.SendAsync();
            Assert.Equal((HttpStatusCode.OK, ""), (response.Status, response.LimitHeaders));
        }

        // The limiter is idle: the sweep drops it without another look.
        api.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(101, reads);

        RateLimiterStatistics? Read()
        {
            reads++;
            return throws ? throw new NotImplementedException() : null;
        }
    }

    [Fact]
    public async Task Factory_ThatFails_TakesNoRoomFromOthers()
    {
        var isBroken = true;
        await using var api = await ForeignApi.StartAsync(
            context => RateLimitPartition.Get(
                context.Request.Path.ToString(),
                _ => isBroken ? throw Broken() : new FixedWindowRateLimiter(new() { PermitLimit = 3, Window = Hour, AutoReplenishment = false })),
            limits => limits.MaxPartitions(2));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await api.SendAsync($"/{i}")).Status);
        }

        isBroken = false;

        // Each has a partition of its own: nothing of the failures was counted.
        Assert.Equal("2", (await api.SendAsync("/a"))["X-RateLimit-Remaining"]);
        Assert.Equal("2", (await api.SendAsync("/b"))["X-RateLimit-Remaining"]);
        Assert.DoesNotContain(api.Log.Entries, entry => entry.Id == EventIds.PartitionsExhausted);
    }

    [Fact]
    public async Task Lease_WhoseMetadataThrow_IsGivenBack()
    {
        var lease = new ScriptedLease(isAcquired: true) { Metadata = () => throw Broken() };
        await using var api = await ForeignApi.StartAsync(_ => RateLimitPartition.Get("all", _ => new ScriptedLimiter(() => lease)));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await api.SendAsync()).Status);
        Assert.True(lease.IsDisposed);
    }

    [Fact]
    public async Task Lease_WhoseDisposalThrows_IsDisposedOnceAndTheResponseIs200()
    {
        var lease = new ScriptedLease(isAcquired: true) { Disposing = () => throw Broken() };
        await using var api = await ForeignApi.StartAsync(_ => RateLimitPartition.Get("all", _ => new ScriptedLimiter(() => lease)));

        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync()).Status);
        await api.DisposeAsync();

        Assert.Equal(1, lease.Disposals);
        Assert.Contains(api.Log.Entries, entry => entry.Id == EventIds.ForeignCleanupFailed);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(long.MaxValue)]
    public async Task Lease_WhoseRetryAfterIsNoTimeToWait_SendsNone(long ticks)
    {
        await using var api = await ForeignApi.StartAsync(_ => RateLimitPartition.Get(
            "all", _ => new ScriptedLimiter(() => new ScriptedLease(isAcquired: false, new TimeSpan(ticks)))));

        var rejected = await api.SendAsync();

        Assert.Equal(HttpStatusCode.TooManyRequests, rejected.Status);
        Assert.Null(rejected["Retry-After"]);
    }

    [Fact]
    public async Task Sweep_OverLimitersThatThrow_DisposesTheOthers()
    {
        var limiters = new Dictionary<string, ScriptedLimiter>
        {
            ["/idle"] = new(Admit) { Idle = () => throw Broken() },
            ["/disposal"] = new(Admit) { Idle = () => Hour, Disposing = () => throw Broken() },
            ["/good"] = new(Admit) { Idle = () => Hour },
        };
        var api = await ForeignApi.StartAsync(context => RateLimitPartition.Get(context.Request.Path.ToString(), path => limiters[path]));
        foreach (var path in limiters.Keys)
        {
            await api.SendAsync(path);
        }

        // Out of a timer, what a limiter throws would end the process.
        api.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(limiters["/good"].IsDisposed);
        Assert.True(limiters["/disposal"].IsDisposed);
        Assert.Equal(2, api.Log.Entries.Count(entry => entry.Id == EventIds.ForeignCleanupFailed));

        // And the next sweep is made as well.
        var late = limiters["/late"] = new(Admit) { Idle = () => Hour };
        await api.SendAsync("/late");
        api.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(late.IsDisposed);
        await api.DisposeAsync();
        Assert.True(limiters["/idle"].IsDisposed);

        static RateLimitLease Admit() => new ScriptedLease(isAcquired: true);
    }

    [Fact]
    public async Task Replenishment_ThatThrowsWhileARequestWaits_LeaksNoLease()
    {
        var lease = new ScriptedLease(isAcquired: true);
        var limiter = new BrokenReplenishment();
        using var foreign = new ForeignUnderTest(_ => limiter);

        await Assert.ThrowsAsync<InvalidOperationException>(() => foreign.AskAsync("/ada"));
        limiter.Waiting.SetResult(lease);

        Assert.True(lease.IsDisposed);
    }

    private static async Task AssertFailsAsync(Func<HttpContext, RateLimitPartition<string>> partitioner)
    {
        await using var api = await ForeignApi.StartAsync(partitioner);

        for (var i = 0; i < 2; i++)
        {
            var response = await api.SendAsync();
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.Status);
            Assert.Equal("Cache-Control: no-store\nRetry-After: 1", response.LimitHeaders);
        }

        Assert.Equal(
            [(LogLevel.Error, EventIds.ForeignLimiterFailed), (LogLevel.Error, EventIds.ForeignLimiterFailed)],
            api.Log.Entries.Where(entry => entry.Level >= LogLevel.Warning).Select(entry => (entry.Level, entry.Id)));
    }

    private static InvalidOperationException Broken() => new("broken");

    private sealed class BrokenReplenishment : ReplenishingRateLimiter
    {
        private int _replenished;

        public TaskCompletionSource<RateLimitLease> Waiting { get; } = new();

        public override bool IsAutoReplenishing => false;

        public override TimeSpan ReplenishmentPeriod => Hour;

        public override TimeSpan? IdleDuration => null;

        public override bool TryReplenish() => _replenished++ == 0 ? false : throw Broken();

        public override RateLimiterStatistics? GetStatistics() => null;

        protected override RateLimitLease AttemptAcquireCore(int permitCount) => throw Broken();

        protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) => new(Waiting.Task);
    }
}
