using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>
/// Writes the arguments of the scripts for one plan, and reads their answers into decisions. The wire format is documented in
/// <c>count.lua</c>.
/// </summary>
internal sealed class PlanCodec
{
    private const int CallHead = 1;
    private const int CallQuota = 7;
    private const int AnswerHead = 4;
    private const int AnswerQuota = 6;
    private const int AnswerMark = 5;
    private const int AnswerBatch = 3;
    private const int Mark = 4;
    private const int EndedHead = 4;

    private readonly IReadOnlyList<Quota> _quotas;
    private readonly TimeSpan _holdTime;
    private readonly StoreClock _clock;
    private readonly bool _hasCalendar;
    private volatile PlanNumbers _numbers;
    private volatile WrittenCall? _last;

    /// <param name="plan">The plan.</param>
    /// <param name="holdTime">How long permits of a concurrency quota are held without being renewed.</param>
    /// <param name="clock">The clock of Redis.</param>
    public PlanCodec(PlanDefinition plan, TimeSpan holdTime, StoreClock clock)
    {
        Plan = plan;
        _quotas = plan.Quotas;
        _holdTime = holdTime;
        _clock = clock;
        _hasCalendar = _quotas.Any(quota => quota is CalendarWindowQuota);
        _numbers = NumbersAt(clock.Now);
        MaxDebts = _quotas.Any(quota => quota.MaxDebt is not null) ? WriteDebts() : default(RedisValue?);
    }

    public PlanDefinition Plan { get; }

    /// <summary>Gets the largest debt beyond each limit, for a call that adjusts; <see langword="null"/> if there is no bound.</summary>
    public RedisValue? MaxDebts { get; }

    /// <summary>Writes a call that takes costs.</summary>
    /// <param name="costs">The cost of each quota.</param>
    /// <param name="limits">The limits from now on; <see cref="double.NaN"/>, or none, for the caller's current limits.</param>
    /// <param name="initialLimits">The limits of a caller with no state, where <paramref name="limits"/> has none.</param>
    public RedisValue Call(ReadOnlySpan<long> costs, ReadOnlySpan<double> limits, ReadOnlySpan<double> initialLimits)
    {
        var numbers = Numbers();
        if (!initialLimits.IsEmpty)
        {
            return Write(numbers.Quotas, costs, limits, initialLimits, keeps: true);
        }

        // Most requests cost the same under the same limits.
        var last = _last;
        if (last?.IsOf(numbers, costs, limits) is not true)
        {
            _last = last = new(numbers, costs.ToArray(), limits.ToArray(), Write(numbers.Quotas, costs, limits, [], keeps: true));
        }

        return last.Call;
    }

    /// <summary>Writes a call that only reads statuses.</summary>
    public RedisValue Look(ReadOnlySpan<double> limits) => Write(Numbers().Quotas, [], limits, [], keeps: false);

    /// <summary>Writes a call that gives permits back, whatever requests took them.</summary>
    public RedisValue Grant(ReadOnlySpan<long> permits) => Write(Numbers().Quotas, permits, [], [], keeps: true);

    /// <summary>Writes a call about the permits that one request holds.</summary>
    /// <param name="held">The permits of a concurrency quota.</param>
    public RedisValue Held(long held) => Write(Numbers().Quotas, [.. _quotas.Select(quota => quota is ConcurrencyQuota ? held : 0)], [], [], keeps: true);

    /// <summary>Writes a call that charges more and gives back. If the state has expired, limits that are not given are those of the decision.</summary>
    public RedisValue Adjustment(in AdjustArguments arguments, ReadOnlySpan<ChargeMark> marks)
    {
        Span<double> initialLimits = stackalloc double[marks.Length];
        for (var i = 0; i < marks.Length; i++)
        {
            initialLimits[i] = marks[i].Limit == _quotas[i].Limit ? double.NaN : marks[i].Limit;
        }

        return Write(Numbers().Quotas, arguments.Permits.Span, arguments.Limits.Span, initialLimits, keeps: true);
    }

    /// <summary>Writes the permits that a request took.</summary>
    public static RedisValue Marks(RedisCharge charge, ReadOnlySpan<ChargeMark> marks)
    {
        var writer = new NumberWriter(1 + (Mark * marks.Length));
        writer.Add(charge.At);
        foreach (ref readonly var mark in marks)
        {
            writer.Add(mark.At);
            writer.Add(mark.AtLeast);
            writer.Add(mark.Permits);
            writer.Add(mark.Earlier);
        }

        return writer.Value;
    }

    /// <summary>Writes the request for a batch.</summary>
    public static RedisValue Batch(in BatchArguments arguments)
    {
        var writer = new NumberWriter(3);
        writer.Add(arguments.Wanted);
        writer.Add(arguments.HoldTime.Ticks / TimeSpan.TicksPerMicrosecond);
        writer.Add(arguments.Parts);
        return writer.Value;
    }

    /// <summary>Writes the batches that have ended.</summary>
    public static RedisValue Ended(IReadOnlyList<EndedBatch> ended)
    {
        var writer = new NumberWriter(ended.Sum(batch => EndedHead + batch.Decision.Marks.Length));
        foreach (var (decision, left) in ended)
        {
            writer.Add(((RedisCharge)decision.State!).At);
            writer.Add(decision.Batch.End);
            writer.Add(decision.Batch.Extra);
            writer.Add(left);
            foreach (ref readonly var mark in decision.Marks)
            {
                writer.Add(mark.At);
            }
        }

        return writer.Value;
    }

    /// <summary>Reads a decision.</summary>
    /// <param name="bytes">The answer.</param>
    /// <param name="costs">The costs; none for a caller whose statuses were only read.</param>
    /// <param name="takenAt">The present moment by this server's clock.</param>
    /// <param name="decision">The decision to write.</param>
    /// <returns>The moment of the decision by the clock of Redis.</returns>
    public double ReadDecision(byte[]? bytes, ReadOnlySpan<long> costs, long takenAt, RateLimitDecision decision)
    {
        var answer = Open(bytes);
        var wait = answer[1];
        decision.Begin(_quotas.Count);
        for (var i = 0; i < _quotas.Count; i++)
        {
            var place = PlaceOf(i);
            var mark = answer[place + 4];
            decision.StatusBuffer[i] = Status(answer, i, isViolated: wait != 0 && mark == 1);
            if (wait == 0 && i < costs.Length)
            {
                decision.Marks[i] = new() { At = (long)mark, AtLeast = (long)answer[place + 5], Permits = Math.Max(0, costs[i]), Limit = answer[place] };
            }
        }

        if (wait == 0)
        {
            decision.Acquire(takenAt);
        }
        else
        {
            decision.Reject(takenAt, answer.TimeOrNone(1), (int)answer[2]);
        }

        var end = PlaceOf(_quotas.Count);
        decision.Batch = bytes!.Length == (end + AnswerBatch) * sizeof(double)
            ? new((int)answer[end], answer.Time(end + 1), (long)answer[end + 2], answer.Time(3))
            : new(0, TimeSpan.Zero, 0, answer.Time(3));
        decision.StoreTime = StoreTime(answer);
        return answer[0];
    }

    /// <summary>Reads the statuses of a caller after an adjustment, and the places at which the permits of the request are counted now.</summary>
    /// <param name="bytes">The answer.</param>
    /// <param name="permits">The permits that were charged and given back.</param>
    /// <param name="takenAt">The present moment by this server's clock.</param>
    /// <param name="decision">The decision to write.</param>
    /// <returns>The moment of the adjustment by the clock of Redis.</returns>
    public double ReadAdjustment(byte[]? bytes, ReadOnlySpan<long> permits, long takenAt, RateLimitDecision decision)
    {
        var answer = Open(bytes);
        for (var i = 0; i < _quotas.Count; i++)
        {
            decision.StatusBuffer[i] = Status(answer, i, isViolated: false);
            var place = PlaceOf(_quotas.Count) + (i * AnswerMark);
            ref var mark = ref decision.Marks[i];
            mark.At = (long)answer[place];
            mark.AtLeast = (long)answer[place + 1];
            mark.Permits = (long)answer[place + 2];
            mark.Earlier = (long)answer[place + 3];
            mark.Limit = permits[i] > 0 ? answer[PlaceOf(i)] : mark.Limit;
            if (permits[i] > 0 && _quotas[i] is not ConcurrencyQuota && permits[i] - (long)answer[place + 4] is > 0 and var uncharged)
            {
                decision.LeaveUncharged(i, uncharged);
            }
        }

        decision.TakenAt = takenAt;
        decision.StoreTime = StoreTime(answer);
        return answer[0];
    }

    private RedisValue WriteDebts()
    {
        var writer = new NumberWriter(_quotas.Count);
        foreach (var quota in _quotas)
        {
            writer.Add(quota.MaxDebt ?? double.PositiveInfinity);
        }

        return writer.Value;
    }

    private static int PlaceOf(int quota) => AnswerHead + (quota * AnswerQuota);

    private static long Ticks(NumberReader answer) => (long)answer[0] * TimeSpan.TicksPerMicrosecond;

    /// <summary>Returns the description of a quota; for a calendar window, with the length of the window at a moment.</summary>
    private QuotaDescription DescriptionAt(int quota, long moment) =>
        _quotas[quota] is CalendarWindowQuota calendar ? calendar.SpanOf(moment).Description : _quotas[quota].Description;

    private DateTimeOffset StoreTime(NumberReader answer)
    {
        var ticks = Ticks(answer);
        if (_hasCalendar)
        {
            _clock.Record(ticks);
        }

        return DateTimeOffset.UnixEpoch.AddTicks(ticks);
    }

    /// <summary>Returns the current numbers, which change with the calendar windows.</summary>
    private PlanNumbers Numbers()
    {
        var numbers = _numbers;
        if (_hasCalendar && _clock.Now is var now && !numbers.AreOf(now))
        {
            _numbers = numbers = NumbersAt(now);
        }

        return numbers;
    }

    private PlanNumbers NumbersAt(long now)
    {
        QuotaNumbers[] numbers = [.. _quotas.Select(quota => QuotaNumbers.Of(quota, _holdTime, now))];
        CalendarSpan[] spans = [.. _quotas.OfType<CalendarWindowQuota>().Select(quota => quota.SpanOf(now))];
        return new(
            numbers,
            spans.Select(span => span.Start).DefaultIfEmpty(long.MinValue).Max(),
            spans.Select(span => span.End).DefaultIfEmpty(long.MaxValue).Min());
    }

    private static RedisValue Write(
        QuotaNumbers[] numbers, ReadOnlySpan<long> permits, ReadOnlySpan<double> limits, ReadOnlySpan<double> initialLimits, bool keeps)
    {
        var writer = new NumberWriter(CallHead + (CallQuota * numbers.Length));
        writer.Add(keeps ? 1 : 0);
        for (var i = 0; i < numbers.Length; i++)
        {
            // The last one has a flag.
            writer.Add(i < numbers.Length - 1 ? numbers[i].Shape : -numbers[i].Shape);
        }

        for (var i = 0; i < numbers.Length; i++)
        {
            var limit = limits.IsEmpty ? double.NaN : limits[i];
            if (double.IsNaN(limit) && !initialLimits.IsEmpty)
            {
                // Initial limits are sent as negative numbers. Zero has no sign, so the negative number closest to zero replaces it. No
                // permit fits into either.
                limit = initialLimits[i] == 0 ? -double.Epsilon : -initialLimits[i];
            }

            writer.Add(numbers[i].Algorithm);
            writer.Add(numbers[i].Length);
            writer.Add(numbers[i].Detail);
            writer.Add(numbers[i].Limit);
            writer.Add(limit);
            writer.Add(permits.IsEmpty ? 0 : permits[i]);
        }

        return writer.Value;
    }

    /// <summary>Opens an answer. After the quotas it contains nothing, or the terms of a batch, or a mark for each quota.</summary>
    private NumberReader Open(byte[]? bytes)
    {
        var rest = (bytes?.Length ?? 0) - (PlaceOf(_quotas.Count) * sizeof(double));
        return rest is 0 or AnswerBatch * sizeof(double) || rest == AnswerMark * _quotas.Count * sizeof(double)
            ? new(bytes)
            : throw new RateLimitStoreException(StoreFailureKind.Call, $"The script has answered {bytes?.Length ?? 0} bytes, which is not an answer for {_quotas.Count} quotas.");
    }

    private QuotaStatus Status(NumberReader answer, int quota, bool isViolated)
    {
        var place = PlaceOf(quota);
        return new(
            DescriptionAt(quota, Ticks(answer)),
            answer[place],
            (long)answer[place + 1],
            answer.TimeOrNone(place + 2),
            answer.TimeOrNone(place + 3),
            isViolated);
    }
}
