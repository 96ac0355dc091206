namespace RateLimitHeaders.AspNetCore;

/// <summary>What the requests of one caller took while a store could not count them.</summary>
/// <param name="principal">The caller.</param>
/// <param name="quotas">The number of quotas.</param>
internal sealed class OutageCharge(RateLimitPrincipal principal, int quotas)
{
    private readonly Lock _lock = new();
    private readonly long[] _permits = new long[quotas];
    private readonly long[] _counted = new long[quotas];
    private bool _isTaken;

    public RateLimitPrincipal Principal => principal;

    /// <summary>Gets the limits of the last request.</summary>
    public double[] Limits { get; private set; } = [];

    /// <summary>Gets the moment of the last request.</summary>
    public long LastTaken { get; set; }

    /// <summary>Adds permits, or takes some away where they are negative.</summary>
    /// <param name="permits">The permits of each quota.</param>
    /// <param name="limits">The limits of the caller; nothing to keep those of the request before.</param>
    /// <param name="isCounted">Whether they are those that the store turns out to have counted, which need not be charged.</param>
    /// <param name="now">The present.</param>
    /// <returns>Whether it was not too late.</returns>
    public bool TryAdd(ReadOnlySpan<long> permits, ReadOnlySpan<double> limits, bool isCounted, long now)
    {
        lock (_lock)
        {
            if (_isTaken)
            {
                return false;
            }

            var sums = isCounted ? _counted : _permits;
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] = Math.Clamp(sums[i] + permits[i], 0, PermitCost.Max);
            }

            if (!limits.IsEmpty && !limits.SequenceEqual(Limits))
            {
                Limits = limits.ToArray();
            }

            LastTaken = now;
            return true;
        }
    }

    /// <summary>Gets the permits that are to be charged, once. What is added afterwards must be remembered elsewhere.</summary>
    /// <returns><see langword="null"/> if another call has got them.</returns>
    public long[]? Take()
    {
        lock (_lock)
        {
            if (_isTaken)
            {
                return null;
            }

            _isTaken = true;
            for (var i = 0; i < _permits.Length; i++)
            {
                _permits[i] = Math.Max(0, _permits[i] - _counted[i]);
            }

            return _permits;
        }
    }
}
