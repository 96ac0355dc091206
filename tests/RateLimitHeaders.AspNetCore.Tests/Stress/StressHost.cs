using System.Collections.Concurrent;
using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The same through a real host with all header families, whose responses are read as a client reads them.</summary>
internal sealed class StressHost : IAsyncDisposable
{
    private const int Clients = 6;
    private const int RequestsPerClient = 60;
    private const string Now = "Test-Now";
    private const string Share = "Test-Share";

    private readonly StressPlan _plan;
    private readonly ConcurrentQueue<StressEvent> _events = [];
    private TestApi _api = null!;
    private readonly int[] _served;
    private int _requests;
    private int _asking = Clients;

    private StressHost(StressPlan plan)
    {
        _plan = plan;
        _served = new int[plan.Callers];
    }

    public static async Task<StressHost> StartAsync(StressPlan plan)
    {
        var host = new StressHost(plan);
        host._api = await TestApi.StartAsync(
            limits => host.AddQuotas(limits.MaxPartitions(plan.Room))
                .Headers(headers => headers.XRateLimit().GitHub().Bitbucket().Ietf()),
            app => app.MapGet("/{caller}", (RequestDelegate)host.ServeAsync));
        return host;
    }

    public async Task RunAsync()
    {
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(() => AskAsync(client))).Append(Task.Run(StepClockAsync))).WaitAsync(StressRun.Guard);
        if (!_plan.Overflows)
        {
            // Random quotas may make no sense together.
            Assert.All(Complaints.Of(_api), complaint => Assert.Equal(EventIds.LongerWindowIsLower, complaint.Id));
            foreach (var caller in _events.ToLookup(happened => happened.Caller))
            {
                foreach (var quota in _plan.Timed)
                {
                    UsageModel.Of(quota, _plan.MostOf(quota), partitions: 1)!.Check(caller, $"caller {caller.Key}, {quota.Algorithm},");
                }
            }
        }
    }

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    private RateLimitsBuilder AddQuotas(RateLimitsBuilder limits)
    {
        foreach (var (i, quota) in _plan.Timed.Index())
        {
            var name = $"q{i}";
            Func<RateLimitCaller, double> limit = caller =>
                quota.Limit * double.Parse(caller.HttpContext.Request.Headers[Share]!, CultureInfo.InvariantCulture);
            _ = (quota.Algorithm, _plan.LimitsChange) switch
            {
                (RandomQuota.Sliding, true) => limits.SlidingWindow(name, limit, quota.WindowTime, quota.Segments),
                (RandomQuota.Sliding, false) => limits.SlidingWindow(name, quota.Limit, quota.WindowTime, quota.Segments),
                (RandomQuota.Bucket, true) => limits.TokenBucket(name, limit, quota.WindowTime),
                (RandomQuota.Bucket, false) => limits.TokenBucket(name, quota.Limit, quota.WindowTime),
                (_, true) => limits.FixedWindow(name, limit, quota.WindowTime, quota.Algorithm == RandomQuota.Aligned),
                (_, false) => limits.FixedWindow(name, quota.Limit, quota.WindowTime, quota.Algorithm == RandomQuota.Aligned),
            };
        }

        return _plan.Slots > 0 ? limits.Concurrency(StressPlan.SlotsName, _plan.Slots, _plan.Queue, _plan.Order) : limits;
    }

    private async Task ServeAsync(HttpContext context)
    {
        var feature = context.GetRateLimitFeature()!;
        var decision = ((LimitedRequest)ContextFeatures.RateLimit(context)!).Decision;
        var caller = int.Parse((string)context.Request.RouteValues["caller"]!, CultureInfo.InvariantCulture);
        Note(StressEventKind.Grant, 1);
        var served = Interlocked.Increment(ref _served[caller]);
        Assert.True(_plan.Slots == 0 || served <= _plan.Slots * (_plan.Overflows ? 2 : 1), $"over-admitted: {served} requests of caller {caller} are served in {_plan.Slots} slots");
        await Task.Yield();
        if (_plan.Adjusts)
        {
            var permits = Random.Shared.Next(3);
            await feature.ChargeAsync(permits);
            Note(StressEventKind.Charge, permits);
        }

        DecisionInvariants.CheckStatuses([.. feature.Statuses]);
        context.Response.Headers[Now] = _api.Time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
        Interlocked.Decrement(ref _served[caller]);

        void Note(StressEventKind kind, int permits) => _events.Enqueue(new StressEvent(caller, kind, decision.TakenAt, decision.TakenAt, permits));
    }

    private async Task AskAsync(int client)
    {
        var random = new Random(HashCode.Combine(_plan.Seed, client));
        try
        {
            for (var i = 0; i < RequestsPerClient; i++)
            {
                var earliest = _api.Time.GetUtcNow();
                var caller = random.Next(_plan.Callers);
                var share = _plan.NextShare(random).ToString(CultureInfo.InvariantCulture);
                var response = await _api.SendAsync($"/{caller}", claims: [$"sub={caller}"], headers: (Share, share));
                var written = response[Now] is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : earliest;
                HeaderInvariants.Check(response, _plan, written);
                Interlocked.Increment(ref _requests);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _asking);
        }
    }

    /// <summary>Steps the clock, whose timers sweep, after some requests.</summary>
    private async Task StepClockAsync()
    {
        var random = new Random(_plan.Seed);
        for (var next = 0; Volatile.Read(ref _asking) > 0; await Task.Yield())
        {
            if (Volatile.Read(ref _requests) >= next)
            {
                _api.Time.Advance(_plan.NextStep(random));
                next = Volatile.Read(ref _requests) + random.Next(20);
            }
        }
    }
}
