using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A limiter of the application, which does what the test says and by itself tells nothing.</summary>
internal sealed class ScriptedLimiter(Func<RateLimitLease> acquire) : RateLimiter
{
    public Func<RateLimiterStatistics?> Statistics { get; init; } = () => null;

    public Func<TimeSpan?> Idle { get; init; } = () => null;

    public Action Disposing { get; init; } = () => { };

    public bool IsDisposed { get; private set; }

    public override TimeSpan? IdleDuration => Idle();

    public override RateLimiterStatistics? GetStatistics() => Statistics();

    protected override RateLimitLease AttemptAcquireCore(int permitCount) => acquire();

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) => new(acquire());

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        Disposing();
        base.Dispose(disposing);
    }
}
