using System.Numerics;

namespace RateLimitHeaders.AspNetCore;

/// <summary>A bucket that is refilled continuously.</summary>
/// <remarks>
/// The state is the bucket's debt: the time that it takes to fill it again, which passes by itself (the generic cell rate
/// algorithm). Debt is counted in whole units of 2^-k ticks, with k as large as the period allows. All arithmetic is
/// exact except for one rounding, of the units of a token, which is upwards: it never admits more. The debt has 128 bits, so
/// that used permits stay used through any sequence of limits.
/// <para>
/// A refund must not give back tokens that time has brought back or that other requests took. So the state also counts the tokens
/// that were ever taken and given back: tokens that were taken after a request's own are refilled after them, whatever the
/// limit was in the meantime.
/// </para>
/// </remarks>
public sealed class TokenBucketQuota : Quota
{
    // State: the limit, the debt in units (low and high), the moment of that debt, and the tokens ever taken and returned.
    private const int DebtLow = 1;
    private const int DebtHigh = 2;
    private const int At = 3;
    private const int Taken = 4;
    private const int Returned = 5;

    // A full bucket has less than 2^53 units, if it fills within 28 years. The units of a token are coarse only for limits of billions.
    private const int BitsOfFullBucket = 53;

    // More than any number of the largest charges in the lifetime of a process, with room for sums and conversions.
    private const int BitsOfDebt = 116;

    // Long enough to mean "never" to a caller, and short enough that adding it to any moment does not overflow.
    private const long LongestWait = long.MaxValue / 4;

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

    internal override int StateLength => 6;

    /// <summary>Removes the error of the division (1,000 / (1,000 / 3,600)) first, then rounds up to whole ticks.</summary>
    internal static TimeSpan TimeToFill(double capacity, double refillPerSecond) =>
        new((long)Math.Ceiling(Math.Round(capacity / refillPerSecond * TimeSpan.TicksPerSecond, 3)));

    /// <summary>Restarts a bucket while requests of an earlier one run: its tokens are counted from a number that none of these has.</summary>
    internal static void BeginAgain(Span<long> state, long now) => state[Taken] = now;

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
        var units = ScaleFor(limit).UnitsPerToken;
        var debt = DebtAt(state, now);

        // A later charge counts as if it directly followed the request's first charge, as long as that is still owed. This is early rather
        // than late, so that a refund never returns tokens of another request.
        var isFirst = mark.Permits == 0 || Owed(state, debt, units, mark) <= 0;
        SetDebt(state, Int128.Min(debt + ((Int128)permits * units), Int128.One << BitsOfDebt), now);
        state[Taken] += permits;
        mark = isFirst
            ? new ChargeMark { At = state[Taken], AtLeast = Refilled(state, debt + ((Int128)permits * units), units), Permits = permits }
            : mark with { At = mark.At + permits, Permits = mark.Permits + permits };
    }

    internal override void Refund(Span<long> state, double limit, long now, long permits, ref ChargeMark mark)
    {
        var units = ScaleFor(limit).UnitsPerToken;
        var debt = DebtAt(state, now);

        // Both numbers are lower bounds of what the request still owes; the larger one counts. Owed is too small after refunds of later
        // charges.
        var atLeast = ((mark.Permits - (Int128)(state[Taken] - state[Returned] - mark.AtLeast)) * units) + debt;
        var owed = Int128.Clamp(Int128.Max(Owed(state, debt, units, mark), atLeast), 0, debt);
        var returned = Int128.Min(owed, (Int128)mark.Remove(permits) * units);
        state[Returned] += (long)(returned / units);
        SetDebt(state, debt - returned, now);
    }

    internal override long UsedPermits(Span<long> state, double limit, long now)
    {
        var units = ScaleFor(limit).UnitsPerToken;
        return (long)((DebtAt(state, now) + units - 1) / units);
    }

    internal override void Grant(Span<long> state, double limit, long now, long permits)
    {
        var units = ScaleFor(limit).UnitsPerToken;
        var debt = DebtAt(state, now);
        var granted = Int128.Min(debt, (Int128)permits * units);
        state[Returned] += (long)(granted / units);
        SetDebt(state, debt - granted, now);
    }

    internal override QuotaStatus Status(Span<long> state, double limit, long now, bool isViolated)
    {
        var scale = ScaleFor(limit);
        var debt = DebtAt(state, now);
        var remaining = debt >= scale.Capacity ? 0 : (scale.Capacity - (long)debt) / scale.UnitsPerToken;

        // A bucket of 952.38 tokens that has 952 gets no further whole token.
        var untilMore = debt == 0 || remaining >= scale.WholeTokens
            ? QuotaStatus.NoTime
            : TicksFor(debt + ((remaining + 1) * scale.UnitsPerToken) - scale.Capacity);

        return new QuotaStatus(Description, limit, remaining, untilMore, TicksFor(debt), isViolated);
    }

    /// <summary>Returns how many tokens time brings back in a number of ticks, rounded up.</summary>
    internal long TokensIn(double limit, long ticks)
    {
        var units = ScaleFor(limit).UnitsPerToken;
        return (long)((((Int128)ticks << _unitBits) + units - 1) / units);
    }

    internal override long FullAt(ReadOnlySpan<long> state) => state[At] + TicksFor(Debt(state));

    internal override void LimitChanges(Span<long> state, double from, double to, long now)
    {
        // The period stays and its tokens change, so that an owed token takes another time than before. Whole tokens are
        // converted exactly, and the rest is rounded up.
        var (before, after) = (ScaleFor(from).UnitsPerToken, ScaleFor(to).UnitsPerToken);
        var (tokens, rest) = Int128.DivRem(DebtAt(state, now), before);
        SetDebt(state, Int128.Min((tokens * after) + (((rest * after) + before - 1) / before), Int128.One << BitsOfDebt), now);
    }

    /// <summary>
    /// Makes the bucket owe at least some tokens, which must not be refilled before a moment; from then on, time refills them.
    /// </summary>
    /// <returns>The number of tokens that the bucket owes in addition to them.</returns>
    internal long Hold(Span<long> state, double limit, long now, long tokens, long until)
    {
        var units = ScaleFor(limit).UnitsPerToken;
        var debt = DebtAt(state, now);
        var held = Int128.Max(0, ((Int128)tokens * units) - ((Int128)Math.Max(0, now - until) << _unitBits));
        if (held > debt)
        {
            SetDebt(state, held, now);
            return 0;
        }

        return (long)((debt - held) / units);
    }

    /// <summary>Returns how many of a request's tokens are still owed: tokens that were taken later are refilled later.</summary>
    private static Int128 Owed(ReadOnlySpan<long> state, Int128 debt, long units, in ChargeMark mark) =>
        debt - ((Int128)(state[Taken] - mark.At) * units);

    /// <summary>Returns the number of tokens that time has brought back so far, rounded down; it may be one too low.</summary>
    private static long Refilled(ReadOnlySpan<long> state, Int128 debt, long units) =>
        state[Taken] - state[Returned] - (long)((debt + units - 1) / units);

    private static Int128 Debt(ReadOnlySpan<long> state) => new((ulong)state[DebtHigh], (ulong)state[DebtLow]);

    private static void SetDebt(Span<long> state, Int128 debt, long now)
    {
        state[DebtLow] = (long)(ulong)(debt & ulong.MaxValue);
        state[DebtHigh] = (long)(debt >> 64);
        state[At] = Math.Max(state[At], now);
    }

    private Int128 DebtAt(ReadOnlySpan<long> state, long now)
    {
        var debt = Debt(state);
        var elapsed = now - state[At];
        return elapsed <= 0 || debt == 0 ? debt : Int128.Max(0, debt - ((Int128)elapsed << _unitBits));
    }

    private long TicksFor(Int128 units)
    {
        var ticks = (units >> _unitBits) + ((units & ((Int128.One << _unitBits) - 1)) == 0 ? 0 : 1);
        return ticks < LongestWait ? (long)ticks : LongestWait;
    }

    // Limits that depend on the caller are the same for many callers: keeping the last one saves the divisions of most requests.
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
            // Less than one token: nothing ever fits, and debt comes back at the quota's own rate until the limit
            // is raised again. Only a function of the caller or an operator can set such a limit.
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
