namespace RateLimitHeaders.AspNetCore;

/// <summary>A rejection by a store. It also rejects a request with the same costs. A request with higher costs may have to wait longer.</summary>
/// <param name="decision">The decision.</param>
/// <param name="costs">The costs of the request.</param>
/// <param name="limits">The limits at that time.</param>
/// <param name="calledAt">The moment of the call of the store. From its answer on, the rejection would outlast its Reset by the time of the answer.</param>
/// <param name="lasts">How long it is remembered: shorter than the caller must wait, if permits may come back earlier.</param>
internal sealed class RememberedRejection(RateLimitDecision decision, long[] costs, double[] limits, long calledAt, TimeSpan lasts)
{
    // Changes in the store itself or by another server, such as a reset, take effect after this time.
    private const long Pause = TimeSpan.TicksPerSecond;

    private long _nextQuestion = decision.TakenAt + Pause;

    /// <summary>Returns whether it has expired.</summary>
    public bool IsOver(long now) => now - calledAt >= lasts.Ticks;

    /// <summary>Returns whether it rejects a request.</summary>
    public bool Covers(in AcquireArguments arguments)
    {
        if (!arguments.Limits.Span.SequenceEqual(limits))
        {
            return false;
        }

        var requested = arguments.Costs.Span;
        for (var i = 0; i < costs.Length; i++)
        {
            if (PermitCost.Needed(requested[i]) != PermitCost.Needed(costs[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Returns whether it is time to call the store again.</summary>
    public bool IsDue(long now) => now >= Volatile.Read(ref _nextQuestion);

    /// <summary>Returns <see langword="true"/> for one request per period, which is to call the store again.</summary>
    public bool TryTakeTurn(long now)
    {
        var due = Volatile.Read(ref _nextQuestion);
        return now >= due && Interlocked.CompareExchange(ref _nextQuestion, now + Pause, due) == due;
    }

    /// <summary>Rejects a request as of the present moment: all times are shorter by the age of the rejection.</summary>
    public void Reject(RateLimitDecision other, long now)
    {
        var elapsed = now - decision.TakenAt;
        other.CopyFrom(decision);
        foreach (ref var status in other.StatusBuffer)
        {
            status = status.Later(elapsed);
        }

        other.Reject(now, new TimeSpan(Math.Max(0, decision.RetryAfter!.Value.Ticks - elapsed)), decision.LongestWait);
        other.StoreTime = decision.StoreTime?.AddTicks(elapsed);
        other.State = null;
    }
}
