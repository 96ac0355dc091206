namespace RateLimitHeaders.AspNetCore;

/// <summary>What one request has taken of each quota: its cost, what was charged since, and without what was given back.</summary>
internal sealed class TakenPermits
{
    private ReadOnlyMemory<long> _costs;
    private long[] _adjusted = [];
    private bool _isAdjusted;

    /// <summary>Gets the permits of a quota, 0 or more.</summary>
    public long this[int quota] =>
        _isAdjusted ? _adjusted[quota] : quota < _costs.Length ? PermitCost.Taken(_costs.Span[quota]) : 0;

    /// <summary>Begins with the costs of a request.</summary>
    public void Begin(ReadOnlyMemory<long> costs)
    {
        _costs = costs;
        _isAdjusted = false;
    }

    /// <summary>Adds what is charged, and takes off what is given back where a number is negative.</summary>
    public void Add(ReadOnlySpan<long> permits)
    {
        if (_adjusted.Length < permits.Length)
        {
            Array.Resize(ref _adjusted, permits.Length);
        }

        for (var i = 0; i < permits.Length; i++)
        {
            _adjusted[i] = Math.Max(0, this[i] + permits[i]);
        }

        _isAdjusted = true;
    }
}
