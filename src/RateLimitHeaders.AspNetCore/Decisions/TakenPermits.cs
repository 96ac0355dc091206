namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The permits that a request has taken of each quota, once it was adjusted: its cost, plus charges, minus refunds. An adjustment counts
/// before the store has answered. The answer may arrive on another thread.
/// </summary>
internal sealed class TakenPermits
{
    private readonly Lock _lock = new();
    private readonly long[] _taken;

    /// <param name="costs">The costs of the request; empty where nothing was counted, or not by this library.</param>
    /// <param name="quotas">The number of quotas.</param>
    public TakenPermits(ReadOnlySpan<long> costs, int quotas)
    {
        _taken = new long[quotas];
        for (var i = 0; i < Math.Min(costs.Length, quotas); i++)
        {
            _taken[i] = PermitCost.Taken(costs[i]);
        }
    }

    /// <summary>Gets the permits of a quota, 0 or more.</summary>
    public long this[int quota]
    {
        get
        {
            lock (_lock)
            {
                return _taken[quota];
            }
        }
    }

    /// <summary>Adds permits that are charged, and subtracts those that are given back, whose number is negative.</summary>
    public void Add(ReadOnlySpan<long> permits) => Add(permits, sign: 1);

    /// <summary>Subtracts permits that were to be charged, and were not.</summary>
    public void TakeOff(ReadOnlySpan<long> leftOut)
    {
        if (leftOut.ContainsAnyExcept(0L))
        {
            Add(leftOut, sign: -1);
        }
    }

    private void Add(ReadOnlySpan<long> permits, int sign)
    {
        lock (_lock)
        {
            // The quotas of limiters of the application come last, and are not charged.
            for (var i = 0; i < Math.Min(permits.Length, _taken.Length); i++)
            {
                _taken[i] = Math.Max(0, _taken[i] + (sign * permits[i]));
            }
        }
    }
}
