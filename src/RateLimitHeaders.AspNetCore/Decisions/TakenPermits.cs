namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The permits that a request has taken of each quota: its cost, plus charges, minus refunds. An adjustment counts before the store has
/// answered. The answer may arrive on another thread.
/// </summary>
internal sealed class TakenPermits
{
    private readonly Lock _lock = new();
    private ReadOnlyMemory<long> _costs;
    private long[] _adjusted = [];
    private bool _isAdjusted;

    /// <summary>Gets the permits of a quota, 0 or more.</summary>
    public long this[int quota]
    {
        get
        {
            lock (_lock)
            {
                return Of(quota);
            }
        }
    }

    /// <summary>Begins with the costs of a request.</summary>
    public void Begin(ReadOnlyMemory<long> costs)
    {
        _costs = costs;
        _isAdjusted = false;
    }

    /// <summary>Adds what is charged, and takes off what is given back where a number is negative.</summary>
    public void Add(ReadOnlySpan<long> permits) => Add(permits, sign: 1);

    /// <summary>Takes off what was to be charged, and was not.</summary>
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
            if (_adjusted.Length < permits.Length)
            {
                Array.Resize(ref _adjusted, permits.Length);
            }

            for (var i = 0; i < permits.Length; i++)
            {
                _adjusted[i] = Math.Max(0, Of(i) + (sign * permits[i]));
            }

            _isAdjusted = true;
        }
    }

    private long Of(int quota) => _isAdjusted ? _adjusted[quota] : quota < _costs.Length ? PermitCost.Taken(_costs.Span[quota]) : 0;
}
