using System.Collections.Concurrent;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The callers of a plan that a store has rejected, and that must wait. What such a caller asks for is rejected from here, and
/// costs the store nothing.
/// </summary>
internal sealed class RejectionMemory(RateLimitClock clock, int capacity)
{
    private const int FirstSweep = 1_024;

    private readonly ConcurrentDictionary<RateLimitPrincipal, RememberedRejection> _rejections = [];
    private int _count;
    private int _sweepAt = Math.Min(FirstSweep, capacity);
    private int _isSweeping;
    private volatile int _generation;

    /// <summary>Gets how many rejections are remembered.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Gets the number of times that everything was forgotten. A request remembers it, and notes nothing that is older.</summary>
    public int Generation => _generation;

    /// <summary>Rejects a request, if a rejection is remembered that covers it.</summary>
    public bool TryReject(in AcquireArguments arguments, RateLimitDecision decision)
    {
        if (Count == 0)
        {
            return false;
        }

        var key = KeyOf(arguments.Principal);
        if (!_rejections.TryGetValue(key, out var rejection))
        {
            return false;
        }

        var now = clock.Now;
        if (rejection.IsOver(now))
        {
            Remove(key, rejection);
            return false;
        }

        if (!rejection.Covers(arguments))
        {
            return false;
        }

        rejection.Reject(decision, now);
        return true;
    }

    /// <summary>Takes note of a decision of a store, if it is a rejection whose end is no guess, and which time ends.</summary>
    public void Note(in AcquireArguments arguments, RateLimitDecision answer, int generation)
    {
        if (answer.Outcome != RateLimitOutcome.Rejected
            || generation != _generation
            || answer.RetryAfter is not { } wait
            || answer.LongestWait < 0
            || answer.Statuses[answer.LongestWait].Quota.IsConcurrency)
        {
            return;
        }

        // While servers hold batches of the caller's permits, they may give some back, and then there is more than was said.
        var returns = answer.Batch.UntilLastBatchEnds;
        var own = new RateLimitDecision();
        own.CopyFrom(answer);
        own.State = null;
        Add(KeyOf(arguments.Principal), new RememberedRejection(
            own, arguments.Costs.ToArray(), arguments.Limits.ToArray(), returns > TimeSpan.Zero && returns < wait ? returns : wait));
    }

    /// <summary>Forgets a caller that got permits back in another way than with time.</summary>
    public void Forget(in RateLimitPrincipal principal)
    {
        var key = KeyOf(principal);
        if (_rejections.TryGetValue(key, out var rejection))
        {
            Remove(key, rejection);
        }
    }

    /// <summary>Forgets all callers, since the limits have changed.</summary>
    public void Clear()
    {
        Interlocked.Increment(ref _generation);
        foreach (var (key, rejection) in _rejections)
        {
            Remove(key, rejection);
        }
    }

    private static RateLimitPrincipal KeyOf(in RateLimitPrincipal principal)
    {
        if (principal.TextId is not { } id)
        {
            return principal;
        }

        var key = PartitionKey.Of(id);
        return ReferenceEquals(key, id) ? principal : new RateLimitPrincipal(principal.TokenType, key);
    }

    private void Add(RateLimitPrincipal key, RememberedRejection rejection)
    {
        while (true)
        {
            if (_rejections.TryGetValue(key, out var before))
            {
                if (_rejections.TryUpdate(key, rejection, before))
                {
                    return;
                }
            }
            else if (!HasRoom())
            {
                return;
            }
            else if (_rejections.TryAdd(key, rejection))
            {
                Interlocked.Increment(ref _count);
                return;
            }
        }
    }

    private bool HasRoom()
    {
        if (Count < Volatile.Read(ref _sweepAt))
        {
            return true;
        }

        if (Interlocked.Exchange(ref _isSweeping, 1) == 0)
        {
            // When twice as many are there as were left last time, which makes the sweeps cheap on the whole.
            var now = clock.Now;
            foreach (var (key, rejection) in _rejections)
            {
                if (rejection.IsOver(now))
                {
                    Remove(key, rejection);
                }
            }

            Volatile.Write(ref _sweepAt, (int)Math.Clamp(2L * Count, Math.Min(FirstSweep, capacity), capacity));
            Volatile.Write(ref _isSweeping, 0);
        }

        return Count < capacity;
    }

    private void Remove(RateLimitPrincipal key, RememberedRejection rejection)
    {
        if (_rejections.TryRemove(new KeyValuePair<RateLimitPrincipal, RememberedRejection>(key, rejection)))
        {
            Interlocked.Decrement(ref _count);
        }
    }
}
