using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>
/// The callers of a plan that wait, by the hashes of their ids. What a caller that waits asks for is refused here, and costs
/// Redis nothing.
/// </summary>
internal sealed class RefusalMemory(TimeProvider timeProvider, int capacity)
{
    private const int FirstSweep = 1_024;

    private readonly ConcurrentDictionary<UInt128, Refusal> _refusals = [];
    private int _count;
    private int _sweepAt = Math.Min(FirstSweep, capacity);
    private int _isSweeping;

    /// <summary>Gets how many refusals are remembered.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Finds a refusal that holds for a request.</summary>
    public bool TryGet(UInt128 caller, int permits, ReadOnlySpan<double> limits, [NotNullWhen(true)] out Refusal? refusal)
    {
        // A caller that asks for nothing wants to know where it stands, which is granted and may have changed.
        if (permits == 0 || !_refusals.TryGetValue(caller, out refusal))
        {
            refusal = null;
            return false;
        }

        if (refusal.IsOver(timeProvider))
        {
            Remove(caller, refusal);
            return false;
        }

        return refusal.Covers(permits, limits);
    }

    /// <summary>Remembers a refusal, unless its end is a guess, or time does not end it.</summary>
    public void Add(UInt128 caller, Answer answer, int permits, double[] limits)
    {
        if (answer.RetryAfter is not { } wait || answer.Statuses[answer.LongestWait].Quota.Unit == QuotaUnits.ConcurrentRequests)
        {
            return;
        }

        // While servers hold batches of the caller's permits, they may give some back, and then there is more than was said.
        var returns = answer.UntilLastBatchEnds;
        var refusal = new Refusal(answer, permits, limits, wait, returns > TimeSpan.Zero && returns < wait ? returns : wait);
        while (true)
        {
            if (_refusals.TryGetValue(caller, out var before))
            {
                if (_refusals.TryUpdate(caller, refusal, before))
                {
                    return;
                }
            }
            else if (!HasRoom())
            {
                return;
            }
            else if (_refusals.TryAdd(caller, refusal))
            {
                Interlocked.Increment(ref _count);
                return;
            }
        }
    }

    /// <summary>Forgets a caller that was granted something, or has got something back.</summary>
    public void Forget(UInt128 caller)
    {
        if (_refusals.TryGetValue(caller, out var refusal))
        {
            Remove(caller, refusal);
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
            foreach (var (caller, refusal) in _refusals)
            {
                if (refusal.IsOver(timeProvider))
                {
                    Remove(caller, refusal);
                }
            }

            Volatile.Write(ref _sweepAt, (int)Math.Clamp(2L * Count, Math.Min(FirstSweep, capacity), capacity));
            Volatile.Write(ref _isSweeping, 0);
        }

        return Count < capacity;
    }

    private void Remove(UInt128 caller, Refusal refusal)
    {
        if (_refusals.TryRemove(new KeyValuePair<UInt128, Refusal>(caller, refusal)))
        {
            Interlocked.Decrement(ref _count);
        }
    }
}
