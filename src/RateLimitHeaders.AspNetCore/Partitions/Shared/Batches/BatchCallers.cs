using System.Collections.Concurrent;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The callers of a plan for which this server keeps data.</summary>
/// <param name="tuning">The settings of batches.</param>
/// <param name="deadline">The longest time of a call.</param>
/// <param name="capacity">The largest number of callers.</param>
internal sealed class BatchCallers(BatchTuning tuning, TimeSpan deadline, int capacity)
{
    // A caller with a longer id is served exactly, because ids are kept here.
    private const int LongestId = 256;

    private readonly ConcurrentDictionary<RateLimitPrincipal, BatchCaller> _callers = [];
    private int _count;
    private volatile bool _isClosed;

    /// <summary>Gets the number of callers.</summary>
    public int Count => Volatile.Read(ref _count);

    public bool IsEmpty => _callers.IsEmpty;

    public IEnumerable<BatchCaller> All => _callers.Select(pair => pair.Value);

    /// <summary>Gets a value indicating whether callers are no longer added.</summary>
    public bool IsClosed => _isClosed;

    public BatchCaller? Find(in RateLimitPrincipal principal) => _callers.GetValueOrDefault(principal);

    /// <summary>Returns a caller; <see langword="null"/> if there is no room for it.</summary>
    public BatchCaller? GetOrAdd(in RateLimitPrincipal principal, long now, out bool isNew)
    {
        isNew = false;
        if (_callers.TryGetValue(principal, out var known))
        {
            return known;
        }

        if (_isClosed || Count >= capacity || principal.TextId?.Length > LongestId)
        {
            return null;
        }

        var caller = new BatchCaller(principal, new BatchSize(tuning), deadline) { LastSeen = now };
        if (!_callers.TryAdd(principal, caller))
        {
            return Find(principal);
        }

        Interlocked.Increment(ref _count);
        isNew = true;
        return caller;
    }

    /// <summary>Stops adding callers.</summary>
    public void Close() => _isClosed = true;

    public void Drop(BatchCaller caller)
    {
        if (_callers.TryRemove(new KeyValuePair<RateLimitPrincipal, BatchCaller>(caller.Principal, caller)))
        {
            Interlocked.Decrement(ref _count);
        }
    }
}
