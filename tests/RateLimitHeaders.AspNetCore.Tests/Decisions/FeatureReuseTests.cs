using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>
/// One object serves a request after the other, while other threads ask it for the features of those requests, in time or too
/// late, and hold what they got. A feature shows and charges the request that it was asked for, or throws.
/// </summary>
[Collection(Alone.Name)]
public sealed class FeatureReuseTests : IDisposable
{
    private const int Requests = 30_000;

    // However busy the machine is, requests are served until features were used so often, in time and too late.
    private const int MostRequests = 1_000_000;
    private const int Uses = 1_000;
    private const int Limit = 1_000_000_000;
    private const int Charge = 1_000;
    private const int Readers = 3;

    private readonly RateLimitMetrics _metrics = new(factory: null);
    private readonly MemoryPartitions _partitions;
    private readonly RateLimitSnapshot _snapshot;
    private readonly LimitedRequest _request = new();
    private readonly int[] _charged = new int[MostRequests];
    private HttpContext? _current;
    private int _served;
    private int _shown;
    private int _thrown;

    public FeatureReuseTests()
    {
        var time = new ManualTimeProvider();
        var plan = TestPlan.Of(new QuotaDefinition(Quota.FixedWindow("q", Limit, TimeSpan.FromHours(1))));
        _partitions = new MemoryPartitions(TestPlan.Create(time, plan, MostRequests, _metrics));
        _snapshot = TestSnapshot.Create(plan, _partitions, new CallerIdRule(), time);
    }

    [Fact]
    public async Task Features_OfOneObject_ShowAndChargeTheirOwnRequestsAlone()
    {
        using var isOver = new CancellationTokenSource();
        var readers = Enumerable.Range(0, Readers)
            .Select(_ => Task.Factory.StartNew(() => Read(isOver.Token), TaskCreationOptions.LongRunning)).ToArray();
        try
        {
            Serve();
        }
        finally
        {
            await isOver.CancelAsync();
            await Task.WhenAll(readers);
        }

        Assert.True(HaveBeenUsed, $"Features were shown {_shown} times and threw {_thrown} times: this shows little.");
        await AssertUsedAsync();
    }

    public void Dispose()
    {
        _partitions.Dispose();
        _metrics.Dispose();
    }

    private bool HaveBeenUsed => Volatile.Read(ref _shown) >= Uses && Volatile.Read(ref _thrown) >= Uses;

    /// <summary>Serves one request of each caller; some ask for their feature themselves.</summary>
    private void Serve()
    {
        for (; _served < MostRequests && (_served < Requests || !HaveBeenUsed); _served++)
        {
            var i = _served;
            var context = new DefaultHttpContext { TraceIdentifier = i.ToString(CultureInfo.InvariantCulture) };
            _request.Begin(context, _snapshot.Policies[0], _snapshot.Handling);
            Assert.True(_snapshot.Policies[0].DecideAsync(_request).AsTask().IsCompletedSuccessfully);
            Volatile.Write(ref _current, context);
            if (i % 3 == 0)
            {
                Assert.Equal(context.TraceIdentifier, _request.FeatureOf(context).Principal!.Value.Id);
            }

            // Requests of different lengths, and some that end as others just ask.
            Thread.SpinWait(i % 64);
            Assert.True(_request.Complete());
        }
    }

    private void Read(CancellationToken isOver)
    {
        (RateLimitFeature Feature, HttpContext Context)? held = null;
        while (!isOver.IsCancellationRequested)
        {
            if (held is { } old)
            {
                // The feature that was asked for before, and what an old context gets.
                Use(old.Feature, old.Context.TraceIdentifier);
                Use(_request.FeatureOf(old.Context), old.Context.TraceIdentifier);
            }

            if (Volatile.Read(ref _current) is { } context)
            {
                var feature = _request.FeatureOf(context);
                Use(feature, context.TraceIdentifier);
                held = (feature, context);
            }
        }
    }

    private void Use(RateLimitFeature feature, string id)
    {
        try
        {
            Assert.Equal(id, feature.Principal!.Value.Id);
            Assert.True(feature.ChargeAsync(Charge).AsTask().IsCompletedSuccessfully);
            Interlocked.Increment(ref _charged[int.Parse(id, CultureInfo.InvariantCulture)]);
            Interlocked.Increment(ref _shown);
        }
        catch (ObjectDisposedException)
        {
            // What has ended stays so.
            Assert.Throws<ObjectDisposedException>(() => feature.Statuses);
            Interlocked.Increment(ref _thrown);
        }
    }

    /// <summary>Each caller has used what its own request took, and what was charged to it successfully.</summary>
    private async Task AssertUsedAsync()
    {
        for (var i = 0; i < _served; i++)
        {
            var principal = new RateLimitPrincipal(TokenTypes.User, i.ToString(CultureInfo.InvariantCulture));
            var decision = new RateLimitDecision { Principal = principal };
            await _partitions.PeekAsync(new(principal, default, decision), CancellationToken.None);
            Assert.Equal((i, Limit - 1 - ((long)_charged[i] * Charge)), (i, decision.Statuses[0].Remaining));
        }
    }
}
