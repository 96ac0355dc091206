using System.Numerics;

namespace RateLimitHeaders.AspNetCore;

/// <summary>A bucket that is refilled continuously.</summary>
/// <remarks>
/// The state is the bucket's debt: the time that it takes to fill it again, which passes by itself (the generic cell
/// rate algorithm). Debt is counted in whole units of 2^-k ticks, with k as large as the period allows, so that all
/// arithmetic is exact but for one rounding, of the units per token, and that one goes up: never over-admits.
/// </remarks>
public sealed class TokenBucketQuota : Quota
{
    // State: the limit, the debt in units, the moment at which it was that, and the ticks by which refunds have shortened it.
    private const int Debt = 1;
    private const int At = 2;
    private const int Refunded = 3;

    // A full bucket is less than 2^53 units, if it fills within 28 years. That leaves room for a debt of 500 full buckets, as
    // after a limit was lowered to that part of what it was, and makes the units per token coarse only for limits of billions.
    private const int BitsOfFullBucket = 53;
    private const long MaxDebt = long.MaxValue / 2;

    private readonly int _unitBits;
    private readonly long _unitsPerPeriod;
    private readonly Scale _ownScale;
    private Scale? _lastScale;

    internal TokenBucketQuota(QuotaDescription description, double limit, long period)
        : base(QuotaAlgorithm.TokenBucket, description, limit)
    {
        _unitBits = Math.Max(0, BitsOfFullBucket - (64 - BitOperations.LeadingZeroCount((ulong)period)));
        _unitsPerPeriod = period << _unitBits;
        _ownScale = ScaleOf(limit);
    }

    internal override int StateLength => 4;

    /// <summary>Rounded up to whole ticks, once what the division was off by (1,000 / (1,000 / 3,600)) is rounded away.</summary>
    internal static TimeSpan TimeToFill(double capacity, double refillPerSecond) =>
        new((long)Math.Ceiling(Math.Round(capacity / refillPerSecond * TimeSpan.TicksPerSecond, 3)));

    internal override long FitsAt(Span<long> state, double limit, long now, long permits)
    {
        var scale = ScaleFor(limit);
        if (permits > scale.WholeTokens)
        {
            return Never;
        }

        var excess = DebtAt(state, now) + (permits * scale.UnitsPerToken) - scale.Capacity;
        return excess <= 0 ? now : now + TicksFor(excess);
    }

    internal override void Charge(Span<long> state, double limit, long now, long permits, ref ChargeMark mark)
    {
        var added = (long)Int128.Min(MaxDebt, (Int128)permits * ScaleFor(limit).UnitsPerToken);
        state[Debt] = Math.Min(MaxDebt, DebtAt(state, now) + added);
        state[At] = Math.Max(state[At], now);

        // The mark is when time will have brought the permits back, after those that were owed before; refunds, of this lease
        // or of others, bring that moment nearer. What a lease takes later is put right behind what it took first: that is
        // early, and so gives nothing back that is another's.
        if (mark.At - state[Refunded] > now && mark.Limit == limit)
        {
            mark.At += TicksFor(added);
            mark.Permits += permits;
        }
        else
        {
            mark.Add(FullAt(state) + state[Refunded], permits);
        }

        mark.AtLeast = (mark.Limit == limit ? Math.Max(mark.AtLeast, now) : now) + TicksFor(added);
        mark.Limit = limit;
    }

    internal override void Refund(Span<long> state, double limit, long now, long permits, ref ChargeMark mark)
    {
        // Refunds of what others took later bring the mark nearer, too, though they should not. What the lease took is owed
        // for as long as it takes to refill, at the least, so that this is the better one of two moments, neither too late.
        // But a limit that was raised meanwhile has brought tokens back sooner than either, and since when is not known.
        var until = limit > mark.Limit ? now : Math.Max(mark.At - state[Refunded], mark.AtLeast);
        var notYetBack = (Int128)Math.Max(0, until - now) << _unitBits;
        var debt = DebtAt(state, now);
        var asked = (Int128)mark.Remove(permits) * ScaleFor(limit).UnitsPerToken;
        var returned = (long)Int128.Min(Int128.Min(notYetBack, debt), asked);
        state[Refunded] += TicksFor(returned);
        mark.AtLeast -= TicksFor(returned);
        state[Debt] = debt - returned;
        state[At] = Math.Max(state[At], now);
    }

    internal override QuotaStatus Status(Span<long> state, double limit, long now, bool isViolated)
    {
        var scale = ScaleFor(limit);
        var debt = DebtAt(state, now);
        var remaining = debt >= scale.Capacity ? 0 : (scale.Capacity - debt) / scale.UnitsPerToken;

        // A bucket of 952.38 tokens that has 952 gets no further whole one.
        var untilMore = debt == 0 || remaining >= scale.WholeTokens
            ? QuotaStatus.NoTime
            : TicksFor(debt + ((remaining + 1) * scale.UnitsPerToken) - scale.Capacity);

        return new QuotaStatus(Description, limit, remaining, untilMore, TicksFor(debt), isViolated);
    }

    internal override long FullAt(ReadOnlySpan<long> state) => state[At] + TicksFor(state[Debt]);

    internal override void LimitChanges(Span<long> state, double from, double to, long now)
    {
        // The period stays and the tokens in it change, so that a token owed takes another time than before.
        var debt = (Int128)DebtAt(state, now);
        var (before, after) = (ScaleFor(from).UnitsPerToken, ScaleFor(to).UnitsPerToken);
        state[Debt] = (long)Int128.Min(MaxDebt, ((debt * after) + before - 1) / before);
        state[At] = Math.Max(state[At], now);
    }

    private long DebtAt(ReadOnlySpan<long> state, long now)
    {
        var debt = state[Debt];
        var elapsed = now - state[At];
        if (elapsed <= 0)
        {
            return debt;
        }

        // Compared in ticks first: the product of a long silence does not fit into 64 bits.
        return elapsed >= TicksFor(debt) ? 0 : debt - (elapsed << _unitBits);
    }

    private long TicksFor(long units) => (units >> _unitBits) + ((units & ((1L << _unitBits) - 1)) == 0 ? 0 : 1);

    // Limits that depend on the caller are the same for many callers: the last one saves the divisions of most requests.
    private Scale ScaleFor(double limit)
    {
        if (limit == Limit)
        {
            return _ownScale;
        }

        var last = _lastScale;
        return last?.Limit == limit ? last : _lastScale = ScaleOf(limit);
    }

    private Scale ScaleOf(double limit)
    {
        if (limit < 1)
        {
            // Less than one token: nothing ever fits, and what is owed stays so at the quota's own rate until the limit
            // is raised again. Only a function of the caller or an operator gives such a limit.
            return new Scale(limit, _ownScale?.UnitsPerToken ?? _unitsPerPeriod, 0, 0);
        }

        var whole = (long)limit;
        if (whole == limit)
        {
            var unitsPerToken = (_unitsPerPeriod + whole - 1) / whole;
            return new Scale(limit, unitsPerToken, whole * unitsPerToken, whole);
        }

        // Double arithmetic is off by 2^-53 at most: adding 2^-52 keeps the rounding upwards.
        var approximate = (long)(_unitsPerPeriod / limit);
        var rounded = approximate + (approximate >> 52) + 1;
        var fraction = (long)((limit - whole) * rounded);
        return new Scale(limit, rounded, (whole * rounded) + fraction, whole);
    }

    /// <summary>A limit in debt units.</summary>
    private sealed record Scale(double Limit, long UnitsPerToken, long Capacity, long WholeTokens);
}
