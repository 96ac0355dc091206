using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The permits that a new concurrency limiter starts with as taken, since requests hold them in the partition that its caller
/// shared before. They come back as those requests end.
/// </summary>
internal sealed class CarriedPermits
{
    private readonly ForeignLimiter _origin;
    private readonly Stack<RateLimitLease> _held = [];

    public CarriedPermits(ForeignLimiter origin, RateLimiter limiter)
    {
        _origin = origin;
        var inUse = origin.InUse;
        while (_held.Count < inUse && limiter.AttemptAcquire() is { IsAcquired: true } lease)
        {
            _held.Push(lease);
        }
    }

    /// <summary>Gives back what is not held in the shared partition any more.</summary>
    /// <returns>Whether something is still held.</returns>
    public bool GiveBack()
    {
        var inUse = _origin.InUse;
        while (_held.Count > inUse)
        {
            _held.Pop().Dispose();
        }

        return _held.Count > 0;
    }
}
