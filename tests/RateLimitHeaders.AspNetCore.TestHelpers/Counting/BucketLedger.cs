namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>
/// A bucket by its definition: a line of tokens that are owed, each of a request, of which time refills the oldest first. A
/// refund takes out of the line what of a request's own tokens is still in it.
/// </summary>
/// <remarks>The window is a minute, times are whole seconds and amounts are sixtieths of a token, so that nothing is rounded.</remarks>
internal sealed class BucketLedger
{
    private const long Token = 60;

    private readonly List<(object Owner, long Sixtieths)> _owed = [];
    private readonly long _ownLimit;

    public BucketLedger(long ownLimit) => Limit = _ownLimit = ownLimit;

    public long Limit { get; set; }

    public long Owed => _owed.Sum(entry => entry.Sixtieths);

    /// <summary>Gets the whole tokens that are left.</summary>
    public long Remaining => Math.Max(0, (Limit * Token) - Owed) / Token;

    /// <summary>Gets the same if a part of a token more is owed, as rounding may have it.</summary>
    public long RemainingAtLeast => Math.Max(0, (Limit * Token) - Owed - (Owed > 0 ? 1 : 0)) / Token;

    /// <summary>Has time refill the bucket: at its own rate while the limit is zero.</summary>
    public void Advance(long seconds)
    {
        for (var refilled = seconds * (Limit > 0 ? Limit : _ownLimit); refilled > 0 && _owed.Count > 0;)
        {
            var (owner, oldest) = _owed[0];
            var part = Math.Min(oldest, refilled);
            refilled -= part;
            _owed[0] = (owner, oldest - part);
            if (part == oldest)
            {
                _owed.RemoveAt(0);
            }
        }
    }

    public void Charge(object owner, long permits) => _owed.Add((owner, permits * Token));

    public void Refund(object owner, long permits)
    {
        var due = permits * Token;
        for (var i = _owed.Count - 1; i >= 0 && due > 0; i--)
        {
            if (_owed[i].Owner == owner)
            {
                var part = Math.Min(due, _owed[i].Sixtieths);
                due -= part;
                _owed[i] = (owner, _owed[i].Sixtieths - part);
            }
        }

        _owed.RemoveAll(entry => entry.Sixtieths == 0);
    }
}
