using System.Diagnostics.CodeAnalysis;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The callers of a plan that a store has rejected, and that must wait. Requests of such a caller are rejected from memory, without a call
/// of the store.
/// </summary>
internal sealed class RejectionMemory(RateLimitClock clock, int capacity)
{
    private readonly CallerMap<RememberedRejection> _rejections = new(clock, capacity, static (rejection, now) => rejection.IsOver(now));
    private volatile int _generation;

    /// <summary>Gets the number of remembered rejections.</summary>
    public int Count => _rejections.Count;

    /// <summary>Gets the number of times that everything was cleared. A request remembers it, and records nothing that is older.</summary>
    public int Generation => _generation;

    /// <summary>Finds a rejection that covers a request, and is not over.</summary>
    public bool TryFind(in AcquireArguments arguments, long now, [NotNullWhen(true)] out RememberedRejection? rejection) =>
        _rejections.TryGet(arguments.Principal, now, out rejection) && rejection.Covers(arguments);

    /// <summary>Records a decision of a store, if it is a rejection whose end is exact, and which ends with time.</summary>
    /// <returns>Whether it is now remembered.</returns>
    public bool Remember(in AcquireArguments arguments, RateLimitDecision answer, BeforeCall before)
    {
        if (answer.Outcome != RateLimitOutcome.Rejected
            || before.Generation != _generation
            || answer.RetryAfter is not { } wait
            || answer.LongestWait < 0
            || answer.Statuses[answer.LongestWait].Quota.IsConcurrency)
        {
            return false;
        }

        // While servers hold batches of the caller's permits, they may give some back, and then more are left than was reported.
        var returns = answer.Batch.UntilLastBatchEnds;
        var own = answer.Copy();
        own.State = null;
        _rejections.Set(arguments.Principal, new RememberedRejection(
            own, arguments.Costs.ToArray(), arguments.Limits.ToArray(), before.Moment, returns > TimeSpan.Zero && returns < wait ? returns : wait));
        return true;
    }

    /// <summary>Removes a caller that got permits back in another way than with time.</summary>
    public void Forget(in RateLimitPrincipal principal) => _rejections.Remove(principal);

    /// <summary>Removes all callers, because the limits have changed.</summary>
    public void Clear()
    {
        Interlocked.Increment(ref _generation);
        _rejections.Clear();
    }
}
