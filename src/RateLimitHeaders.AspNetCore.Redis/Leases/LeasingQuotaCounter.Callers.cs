namespace RateLimitHeaders.AspNetCore.Redis;

/// <content>Who is known here.</content>
internal sealed partial class LeasingQuotaCounter
{
    /// <summary>Who has a longer id is served exactly, since ids are kept here.</summary>
    private const int LongestId = 256;

    private LocalCaller? Find(RateLimitPrincipal principal)
    {
        if (_callers.TryGetValue(principal, out var known))
        {
            return known;
        }

        if (_isDisposed || Callers >= _exact.Calls.Plan.MaxPartitions || principal.Id.Length > LongestId)
        {
            return null;
        }

        var hash = _exact.Keys.HashOf(principal);
        var caller = new LocalCaller(principal, hash, _exact.Keys.KeyOf(hash), new BatchSize(_leases, TimeProvider), _deadline)
        {
            LastSeen = TimeProvider.GetTimestamp(),
        };
        if (!_callers.TryAdd(principal, caller))
        {
            return _callers.GetValueOrDefault(principal);
        }

        Interlocked.Increment(ref _count);
        _collector.Watch();
        return caller;
    }

    private void Drop(RateLimitPrincipal principal, LocalCaller caller)
    {
        if (_callers.TryRemove(new KeyValuePair<RateLimitPrincipal, LocalCaller>(principal, caller)))
        {
            Interlocked.Decrement(ref _count);
        }
    }
}
