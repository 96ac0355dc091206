using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>One request on its way through: who it is, what was decided, and what the headers will say. Kept and used again.</summary>
internal sealed class RequestLimit : IRateLimitFeature
{
    /// <summary>Who is calling; a field, so that what is written and read on every request is not copied as well.</summary>
    public RateLimitPrincipal Caller;

    private bool _hasCaller;
    private Policy? _policy;
    private ExternalLease? _external;
    private Task _settling = Task.CompletedTask;
    private bool _isReleased;
    private PlanPartitions? _partitions;

    /// <summary>Gets the lease of our own limiters, which write into it.</summary>
    public QuotaLease Lease { get; } = new();

    public HttpContext HttpContext { get; private set; } = null!;

    public Policy Policy => _policy!;

    public string PolicyName => Policy.Name;

    public RateLimitPrincipal? Principal => _hasCaller ? Caller : null;

    /// <summary>Gets when the response carries headers.</summary>
    public HeadersWhen HeadersWhen { get; private set; }

    /// <summary>Gets a value indicating whether it depends on the response's start whether there are headers, and which.</summary>
    public bool MayHaveHeaders => HeadersWhen switch
    {
        HeadersWhen.Never => false,
        HeadersWhen.Refused => IsRefused,
        _ => true,
    };

    /// <summary>Gets the header texts of the plan.</summary>
    public HeaderTextCache Texts { get; private set; } = null!;

    public RequestOutcome Outcome { get; private set; }

    public bool IsRefused => Outcome == RequestOutcome.Failed || (Outcome == RequestOutcome.Decided && !IsAcquired);

    public TimeSpan? RetryAfter => _external is null ? Lease.RetryAfter : _external.RetryAfter;

    public ReadOnlySpan<QuotaStatus> Statuses => _external is null ? Lease.Statuses : _external.Statuses;

    /// <summary>Gets the moment at which the statuses were taken by the clock of the store that counts; null if it has none.</summary>
    public DateTimeOffset? TakenAt => _external?.TakenAt;

    /// <summary>Gets the index of the violated quota with the longest wait, -1 where nothing is violated or the lease does not tell.</summary>
    public int LongestWait => _external is null ? Lease.LongestWait : _external.LongestWait;

    /// <summary>Gets a value indicating whether something is held until the endpoint is done, and must be given back then.</summary>
    public bool HoldsPermits => _external?.HoldsPermits ?? Lease.HoldsConcurrency;

    /// <summary>Gets why there are no statuses, if there are none.</summary>
    public string? WhyNoStatuses => Statuses.IsEmpty ? _external?.WhyNoStatuses : null;

    public string? WhyNoHeaders => Emitter.WhyNone(this);

    /// <summary>Gets what decides when there are headers, and which.</summary>
    public HeaderEmitter Emitter { get; private set; } = null!;

    /// <summary>Gets by how many ticks this response tells its times later.</summary>
    public long Jitter { get; private set; }

    private bool IsAcquired => _external?.IsAcquired ?? Lease.IsAcquired;

    public void Begin(HttpContext context, Policy policy, HeaderEmitter emitter)
    {
        HttpContext = context;
        _policy = policy;
        Emitter = emitter;
        Jitter = emitter.NextJitter();
        Outcome = RequestOutcome.Decided;
        HeadersWhen = HeadersWhen.Always;
    }

    public void Exempt() => Outcome = RequestOutcome.Exempt;

    /// <summary>Says that the quotas of <see cref="Caller"/> count, and what their headers need.</summary>
    public void Count(HeadersWhen headersWhen, HeaderTextCache texts)
    {
        _hasCaller = true;
        HeadersWhen = headersWhen;
        Texts = texts;
    }

    /// <summary>Says that a foreign limiter counts, which knows by itself whom, and what its headers need.</summary>
    public void CountForeign(HeadersWhen headersWhen, HeaderTextCache texts)
    {
        HeadersWhen = headersWhen;
        Texts = texts;
    }

    /// <summary>Says that the quotas are counted in this process's memory.</summary>
    public void CountIn(PlanPartitions partitions) => _partitions = partitions;

    public void Fail() => Outcome = RequestOutcome.Failed;

    /// <summary>Takes a decision that was made outside our own limiters.</summary>
    public void Decide(ExternalLease lease) => _external = lease;

    /// <summary>Gets how long ago the statuses were taken, in ticks.</summary>
    public long Age(long now) => _external is null ? now - Lease.TakenAt : Math.Max(0, _external.Age.Ticks);

    /// <summary>Waits for what <see cref="Charge"/> and <see cref="Refund"/> still have to hear from a store.</summary>
    public Task SettleAsync() => _settling;

    /// <summary>Reads the statuses again.</summary>
    public ValueTask RefreshAsync()
    {
        if (_external is not null)
        {
            return _external.RefreshAsync();
        }

        _partitions!.Refresh(Lease, Caller);
        return default;
    }

    public void Charge(int permits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(permits);
        if (_external is not null)
        {
            SettleAfter(_external.ChargeAsync(permits));
        }
        else
        {
            _partitions?.Charge(Lease, Caller, permits);
        }
    }

    public void Refund(int permits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(permits);
        if (_external is not null)
        {
            SettleAfter(_external.RefundAsync(permits));
        }
        else
        {
            Lease.Refund(permits);
        }
    }

    /// <summary>Gives back what was held for as long as the endpoint ran.</summary>
    public void Release()
    {
        if (_external is not null && !_isReleased)
        {
            _isReleased = true;
            Policy.Release(_external);
        }

        Lease.ReleaseConcurrency();
    }

    /// <summary>Forgets the request.</summary>
    public void Reset()
    {
        Release();
        Lease.Reset();
        _external = null;
        _settling = Task.CompletedTask;
        _isReleased = false;
        _partitions = null;
        _policy = null;
        HttpContext = null!;
        Caller = default;
        _hasCaller = false;
        Texts = null!;
    }

    private void SettleAfter(ValueTask settling)
    {
        if (!settling.IsCompletedSuccessfully)
        {
            _settling = Task.WhenAll(_settling, settling.AsTask());
        }
    }
}
