using System.Collections.Concurrent;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The callers of a plan about which this server keeps something.</summary>
/// <param name="tuning">How batches are taken.</param>
/// <param name="deadline">How long a call takes at most.</param>
/// <param name="capacity">How many callers there may be.</param>
internal sealed class BatchCallers(BatchTuning tuning, TimeSpan deadline, int capacity)
{
    // A caller with a longer id is served exactly, since ids are kept here.
    private const int LongestId = 256;

    private readonly ConcurrentDictionary<RateLimitPrincipal, BatchCaller> _callers = [];
    private int _count;
    private volatile bool _isClosed;

    /// <summary>Gets how many callers there are.</summary>
    public int Count => Volatile.Read(ref _count);

    public bool IsEmpty => _callers.IsEmpty;

    public IEnumerable<BatchCaller> All => _callers.Select(pair => pair.Value);

    /// <summary>Gets a value indicating whether no caller is added any more.</summary>
    public bool IsClosed => _isClosed;

    public BatchCaller? Find(in RateLimitPrincipal principal) => _callers.GetValueOrDefault(principal);

    /// <summary>Gets a caller; <see langword="null"/> if there is no room for it.</summary>
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

    /// <summary>Has no caller added from now on.</summary>
    public void Close() => _isClosed = true;

    public void Drop(BatchCaller caller)
    {
        if (_callers.TryRemove(new KeyValuePair<RateLimitPrincipal, BatchCaller>(caller.Principal, caller)))
        {
            Interlocked.Decrement(ref _count);
        }
    }
}
