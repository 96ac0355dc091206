using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>One request on its way through: who it is, what was decided, and what the headers will say. Kept and used again.</summary>
internal sealed class RequestLimit : IRateLimitFeature
{
    /// <summary>Who is calling; a field, so that what is written and read on every request is not copied as well.</summary>
    public RateLimitPrincipal Caller;

    private bool _hasCaller;
    private Policy? _policy;
    private ForeignLease? _foreign;
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

    public TimeSpan? RetryAfter => _foreign is null ? Lease.RetryAfter : _foreign.RetryAfter;

    public ReadOnlySpan<QuotaStatus> Statuses => _foreign is null ? Lease.Statuses : _foreign.Statuses;

    /// <summary>Gets the moment at which the statuses were taken.</summary>
    public long TakenAt => _foreign?.TakenAt ?? Lease.TakenAt;

    /// <summary>Gets the index of the violated quota with the longest wait, -1 where nothing is violated or the lease does not tell.</summary>
    public int LongestWait => _foreign is null ? Lease.LongestWait : -1;

    /// <summary>Gets a value indicating whether something is held until the endpoint is done, and must be given back then.</summary>
    public bool HoldsPermits => _foreign is not null || Lease.HoldsConcurrency;

    public string? WhyNoHeaders => Emitter.WhyNone(this);

    /// <summary>Gets what decides when there are headers, and which.</summary>
    public HeaderEmitter Emitter { get; private set; } = null!;

    /// <summary>Gets by how many ticks this response tells its times later.</summary>
    public long Jitter { get; private set; }

    private bool IsAcquired => _foreign?.IsAcquired ?? Lease.IsAcquired;

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

    /// <summary>Says that the quotas of <see cref="Caller"/> count, where, and what their headers need.</summary>
    public void Count(PlanPartitions partitions, HeadersWhen headersWhen, HeaderTextCache texts)
    {
        _hasCaller = true;
        _partitions = partitions;
        HeadersWhen = headersWhen;
        Texts = texts;
    }

    /// <summary>Says that a foreign limiter counts, which knows by itself whom, and what its headers need.</summary>
    public void CountForeign(HeadersWhen headersWhen, HeaderTextCache texts)
    {
        HeadersWhen = headersWhen;
        Texts = texts;
    }

    public void Fail() => Outcome = RequestOutcome.Failed;

    /// <summary>Takes the decision of a foreign limiter.</summary>
    public void Decide(ForeignLease lease) => _foreign = lease;

    /// <summary>Reads the statuses again, where the limiter is ours.</summary>
    public void Refresh()
    {
        while (_foreign is null && !Lease.TryRefresh())
        {
            FindLimiterAgain();
        }
    }

    public void Charge(int permits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(permits);
        while (_foreign is null && !Lease.TryCharge(permits))
        {
            FindLimiterAgain();
        }
    }

    public void Refund(int permits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(permits);
        if (_foreign is null)
        {
            Lease.Refund(permits);
        }
    }

    /// <summary>Gives back what was held for as long as the endpoint ran.</summary>
    public void Release()
    {
        if (_foreign is not null && !_isReleased)
        {
            _isReleased = true;
            Policy.Release(_foreign);
        }

        Lease.ReleaseConcurrency();
    }

    /// <summary>Forgets the request.</summary>
    public void Reset()
    {
        Release();
        Lease.Reset();
        _foreign = null;
        _isReleased = false;
        _partitions = null;
        _policy = null;
        HttpContext = null!;
        Caller = default;
        _hasCaller = false;
        Texts = null!;
    }

    /// <summary>
    /// Finds the partition that counts the caller now: the endpoint took longer than the longest window, and the one that
    /// decided was dropped meanwhile, full.
    /// </summary>
    private void FindLimiterAgain()
    {
        var limiter = _partitions!.Get(Caller);
        if (!limiter.Adopt(Lease))
        {
            _partitions.Remove(Caller, limiter);
        }
    }
}
