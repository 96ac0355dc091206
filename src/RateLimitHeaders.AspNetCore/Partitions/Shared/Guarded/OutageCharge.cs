namespace RateLimitHeaders.AspNetCore;

/// <summary>The permits that the requests of one caller took while a store could not count them.</summary>
/// <param name="principal">The caller.</param>
/// <param name="quotas">The number of quotas.</param>
internal sealed class OutageCharge(RateLimitPrincipal principal, int quotas)
{
    private readonly Lock _lock = new();
    private readonly long[] _permits = new long[quotas];
    private readonly long[] _counted = new long[quotas];
    private bool _isTaken;
    private long _lastTaken;

    public RateLimitPrincipal Principal => principal;

    /// <summary>Gets the limits of the last request.</summary>
    public double[] Limits { get; private set; } = [];

    /// <summary>
    /// Gets or sets the moment of the last request. It is read without the lock, and <see cref="Volatile"/> lets a 32-bit process read no
    /// mixture of two values.
    /// </summary>
    public long LastTaken
    {
        get => Volatile.Read(ref _lastTaken);
        set => Volatile.Write(ref _lastTaken, value);
    }

    /// <summary>Adds permits, or subtracts some if they are negative.</summary>
    /// <param name="permits">The permits of each quota.</param>
    /// <param name="limits">The limits of the caller; empty to keep those of the previous request.</param>
    /// <param name="isCounted">Whether the store has counted them after all, so that they need not be charged.</param>
    /// <param name="now">The present moment.</param>
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

    /// <summary>Returns the permits that are to be charged, once. Permits that are added afterwards must be kept elsewhere.</summary>
    /// <returns><see langword="null"/> if another call has taken them.</returns>
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
