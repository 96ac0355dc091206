using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>A decision of Redis.</summary>
internal sealed class RedisLease : ExternalLease
{
    private readonly Lock _lock = new();
    private readonly PlanCalls _calls;
    private readonly RedisKey[] _keys;
    private readonly HeldPermits? _held;
    private readonly Action? _onRefund;
    private readonly Func<Answer, bool, ValueTask<Told>>? _complete;
    private readonly ChargedMark[] _marks;
    private volatile Answer _answer;
    private QuotaStatus[] _statuses;
    private double _markedAt;
    private long _permits;
    private Task _settling = Task.CompletedTask;

    /// <param name="calls">Calls Redis.</param>
    /// <param name="keys">The caller's keys.</param>
    /// <param name="answer">The decision.</param>
    /// <param name="permits">The permits that were asked for.</param>
    /// <param name="held">What is held until the lease is disposed, if anything is.</param>
    /// <param name="onRefund">Called when permits come back otherwise than with time.</param>
    /// <param name="complete">Adds to what Redis says later what it does not know, and hears whether more was charged.</param>
    public RedisLease(
        PlanCalls calls,
        RedisKey[] keys,
        Answer answer,
        int permits,
        HeldPermits? held,
        Action? onRefund,
        Func<Answer, bool, ValueTask<Told>>? complete = null)
    {
        _calls = calls;
        _keys = keys;
        _answer = answer;
        _statuses = answer.Statuses;
        _complete = complete;
        _held = held;
        _onRefund = onRefund;
        _permits = permits;
        _markedAt = answer.Now;
        _marks = [];
        IsAcquired = answer.IsGranted;
        RetryAfter = answer.RetryAfter;
        LongestWait = answer.LongestWait;
        if (IsAcquired)
        {
            _marks = new ChargedMark[answer.Statuses.Length];
            for (var i = 0; i < _marks.Length; i++)
            {
                _marks[i] = answer.MarkOf(i, permits);
            }
        }
    }

    public override bool IsAcquired { get; }

    public override ReadOnlySpan<QuotaStatus> Statuses => Volatile.Read(ref _statuses);

    public override TimeSpan? RetryAfter { get; }

    public override TimeSpan Age => _calls.Plan.TimeProvider.GetElapsedTime(_answer.Timestamp);

    public override DateTimeOffset? TakenAt => _answer.TakenAt;

    public override int LongestWait { get; }

    public override bool HoldsPermits => _held is not null;

    public override ValueTask ChargeAsync(int permits) => Settle(CountScript.Charge, permits);

    public override ValueTask RefundAsync(int permits) => Settle(CountScript.Refund, permits);

    public override async ValueTask RefreshAsync()
    {
        // A refused lease goes on telling what was violated.
        if (IsAcquired && await _calls.TellAsync(_keys) is { } answer)
        {
            await TellAsync(answer, isCharge: false);
        }
    }

    protected override void Dispose(bool disposing)
    {
        _held?.Release();
        base.Dispose(disposing);
    }

    private async ValueTask TellAsync(Answer answer, bool isCharge)
    {
        var told = _complete is null ? new Told(answer, answer.Statuses) : await _complete(answer, isCharge);
        _answer = told.Answer;
        Volatile.Write(ref _statuses, told.Statuses);
    }

    /// <summary>Settles one after the other, since each leaves marks that the next one needs.</summary>
    private ValueTask Settle(RedisValue operation, int permits)
    {
        if (!IsAcquired)
        {
            return default;
        }

        lock (_lock)
        {
            _settling = SettleAfterAsync(_settling, operation, permits);
            return new(_settling);
        }
    }

    private async Task SettleAfterAsync(Task earlier, RedisValue operation, int permits)
    {
        await earlier;
        var isRefund = operation == CountScript.Refund;
        permits = isRefund ? (int)Math.Min(permits, _permits) : permits;

        // Without an answer nobody knows whether it was counted. Asked again it might be counted twice, so it is not.
        if (await _calls.SettleAsync(operation, _keys, permits, _markedAt, _marks) is not { } answer)
        {
            return;
        }

        for (var i = 0; i < _marks.Length; i++)
        {
            _marks[i] = answer.SettledMarkOf(i, isRefund ? _marks[i].Limit : null);
        }

        _permits += isRefund ? -permits : permits;
        if (isRefund)
        {
            _onRefund?.Invoke();
        }
        else
        {
            _markedAt = answer.Now;
        }

        await TellAsync(answer, isCharge: !isRefund);
    }
}
