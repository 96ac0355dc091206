namespace RateLimitHeaders.AspNetCore;

/// <summary>What the requests of one caller took while a store could not count them.</summary>
/// <param name="principal">The caller.</param>
/// <param name="quotas">The number of quotas.</param>
internal sealed class OutageCharge(RateLimitPrincipal principal, int quotas)
{
    private readonly Lock _lock = new();
    private readonly long[] _permits = new long[quotas];
    private bool _isTaken;

    public RateLimitPrincipal Principal => principal;

    /// <summary>Gets the limits of the last request.</summary>
    public double[] Limits { get; private set; } = [];

    /// <summary>Gets the moment of the last request.</summary>
    public long LastTaken { get; set; }

    /// <summary>Adds permits, or takes some away where they are negative.</summary>
    /// <returns>Whether it was not too late.</returns>
    public bool TryAdd(ReadOnlySpan<long> permits, ReadOnlySpan<double> limits, long now)
    {
        lock (_lock)
        {
            if (_isTaken)
            {
                return false;
            }

            for (var i = 0; i < _permits.Length; i++)
            {
                _permits[i] = Math.Clamp(_permits[i] + permits[i], 0, PermitCost.Max);
            }

            if (!limits.IsEmpty && !limits.SequenceEqual(Limits))
            {
                Limits = limits.ToArray();
            }

            LastTaken = now;
            return true;
        }
    }

    /// <summary>Gets the permits, once. What is added afterwards must be remembered elsewhere.</summary>
    /// <returns><see langword="null"/> if another call has got them.</returns>
    public long[]? Take()
    {
        lock (_lock)
        {
            var isTaken = _isTaken;
            _isTaken = true;
            return isTaken ? null : _permits;
        }
    }
}
