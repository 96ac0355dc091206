using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The permits that a new concurrency limiter counts as taken at its start, because requests hold them in the partition that its caller
/// shared before. They come back when those requests end.
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

    /// <summary>Gives back permits that are no longer held in the shared partition.</summary>
    /// <returns>Whether permits are still held.</returns>
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
