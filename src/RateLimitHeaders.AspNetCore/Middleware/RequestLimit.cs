using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>One request on its way through: who it is, what was decided, and what the headers will say. Kept and used again.</summary>
internal sealed class RequestLimit : IRateLimitFeature
{
    private Policy? _policy;
    private PlanPartitions? _partitions;
    private ForeignLease? _foreign;

    /// <summary>Gets the lease of our own limiters, which write into it.</summary>
    public QuotaLease Lease { get; } = new();

    public HttpContext HttpContext { get; private set; } = null!;

    public Policy Policy => _policy!;

    public string PolicyName => Policy.Name;

    public RateLimitPrincipal? Principal { get; private set; }

    /// <summary>Gets when the response carries headers.</summary>
    public HeadersWhen HeadersWhen { get; private set; }

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
    }

    public void Exempt(in RateLimitPrincipal principal)
    {
        Principal = principal;
        Outcome = RequestOutcome.Exempt;
    }

    /// <summary>Says whose quotas count, and what their headers need.</summary>
    public void Count(
        in RateLimitPrincipal? principal, HeadersWhen headersWhen, HeaderTextCache texts, PlanPartitions? partitions = null)
    {
        _partitions = partitions;
        Principal = principal;
        HeadersWhen = headersWhen;
        Texts = texts;
    }

    public void Fail() => Outcome = RequestOutcome.Failed;

    /// <summary>Takes the decision of a foreign limiter.</summary>
    public void Decide(ForeignLease lease) => _foreign = lease;

    /// <summary>Reads the statuses again, where the limiter is ours.</summary>
    public void Refresh()
    {
        if (_foreign is null && Lease.IsAcquired)
        {
            while (!Lease.TryRefresh())
            {
                FollowPartition();
            }
        }
    }

    public void Charge(int permits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(permits);
        if (_foreign is null)
        {
            while (!Lease.TryCharge(permits))
            {
                FollowPartition();
            }
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
        _foreign?.Lease.Dispose();
        Lease.ReleaseConcurrency();
    }

    /// <summary>The partition was dropped while the endpoint ran: what is asked from now on is asked of its successor.</summary>
    private void FollowPartition()
    {
        var principal = Principal!.Value;
        _partitions!.Remove(principal, Lease.Limiter!);
        Lease.MoveTo(_partitions.Get(principal));
    }

    /// <summary>Forgets the request.</summary>
    public void Reset()
    {
        Release();
        Lease.Reset();
        _foreign = null;
        _partitions = null;
        _policy = null;
        HttpContext = null!;
        Principal = null;
        Texts = null!;
    }
}
