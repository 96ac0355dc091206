using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Foreign partitions without a host. Callers are named by the paths of their requests.</summary>
internal sealed class ForeignUnderTest : IDisposable
{
    /// <summary>A caller that takes the room of another one, until it <see cref="Leave">leaves</see>.</summary>
    public const string Leaving = "/leaving";

    private readonly CountedOverflows _overflows = new();
    private bool _hasLeft;

    public ForeignUnderTest(Func<string, RateLimiter> limiterOf, int maxPartitions = int.MaxValue)
    {
        Context = CreateContext(Time, Log, _overflows.Metrics, maxPartitions);
        Partitions = new ForeignPartitioner<string>(context => RateLimitPartition.Get(
            context.Request.Path.ToString(),
            caller => caller == Leaving ? CreateLeaving() : limiterOf(caller))).CreatePartitions(Context);
    }

    public ManualTimeProvider Time { get; } = new();

    public RecordingLogger Log { get; } = new();

    /// <summary>Gets how many requests the metric counts that had no room.</summary>
    public int Overflows => _overflows.Count;

    public PartitionsContext Context { get; }

    public PlanPartitions Partitions { get; }

    /// <summary>Makes a partition alone. What it needs to be replenished is over with it.</summary>
    public static ForeignPartition CreatePartition(RateLimiter limiter) =>
        new(limiter, CreateContext(new ManualTimeProvider(), new RecordingLogger(), UnheardMetrics.Instance, 1), new ForeignReplenisher());

    public async Task<RateLimitDecision> AskAsync(string caller, CancellationToken cancellationToken = default)
    {
        var decision = new RateLimitDecision();
        var request = new DefaultHttpContext { Request = { Path = caller } };
        await Partitions.AcquireAsync(
            new AcquireArguments(default, default, default) { HttpContext = request, CancellationToken = cancellationToken }, decision);
        return decision;
    }

    /// <summary>Asks as often as told, and tells how many requests were admitted.</summary>
    public async Task<int> CountAdmittedAsync(string caller, int requests)
    {
        var admitted = 0;
        for (var i = 0; i < requests; i++)
        {
            admitted += (await AskAsync(caller)).IsAcquired ? 1 : 0;
        }

        return admitted;
    }

    /// <summary>Makes room: the caller that has left is dropped within a minute.</summary>
    public void Leave()
    {
        _hasLeft = true;
        Time.Advance(TimeSpan.FromMinutes(1));
    }

    public ValueTask ReleaseAsync(RateLimitDecision decision) => Partitions.ReleaseAsync(decision);

    public void Dispose()
    {
        Partitions.Dispose();
        _overflows.Dispose();
        Log.Dispose();
    }

    private ScriptedLimiter CreateLeaving() =>
        new(() => new ScriptedLease(isAcquired: true)) { Idle = () => _hasLeft ? TimeSpan.FromHours(1) : null };

    private static PartitionsContext CreateContext(
        ManualTimeProvider time, RecordingLogger log, RateLimitMetrics metrics, int maxPartitions) =>
        new(new PlanDefinition("stock", "none", []), maxPartitions, time, metrics, log);
}
