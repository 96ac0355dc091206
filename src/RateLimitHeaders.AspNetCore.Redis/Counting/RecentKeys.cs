using System.Collections.Concurrent;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>
/// Remembers the keys of the callers that were seen lately, since hashing an id takes about a microsecond, which a profile
/// showed to be a tenth of all that a decision costs this server.
/// </summary>
/// <remarks>
/// What is full becomes the earlier generation, out of which those who still call come back, and whatever was there before is
/// forgotten. So the last <see cref="Capacity"/> callers are known, and twice as many are held at most.
/// </remarks>
internal sealed class RecentKeys(Func<RateLimitPrincipal, CallerKey> make)
{
    public const int Capacity = 16_384;

    // So that long ids take no memory.
    private const int LongestId = 256;

    private readonly Lock _lock = new();
    private volatile ConcurrentDictionary<RateLimitPrincipal, CallerKey> _recent = new();
    private volatile ConcurrentDictionary<RateLimitPrincipal, CallerKey> _earlier = new();
    private int _count;

    /// <summary>Gets how many keys are held.</summary>
    public int Count => _recent.Count + _earlier.Count;

    public CallerKey Of(RateLimitPrincipal principal)
    {
        if (_recent.TryGetValue(principal, out var key))
        {
            return key;
        }

        if (!_earlier.TryGetValue(principal, out key))
        {
            key = make(principal);
            if (principal.Id.Length > LongestId)
            {
                return key;
            }
        }

        lock (_lock)
        {
            if (_count == Capacity)
            {
                _earlier = _recent;
                _recent = new();
                _count = 0;
            }

            _count += _recent.TryAdd(principal, key) ? 1 : 0;
        }

        return key;
    }
}
