namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The decision about a request, for code that runs after the middleware: <c>context.GetRateLimitFeature()</c>. With it, an
/// endpoint can charge more permits or give some back.
/// </summary>
/// <remarks>
/// It belongs to one request. Once a limited request is complete, all members throw an <see cref="ObjectDisposedException"/>, at
/// any later time and on any thread. Members may be called by several threads at once.
/// </remarks>
public sealed class RateLimitFeature
{
    private readonly NoHeaders? _reason;
    private readonly RateLimitRuntime? _runtime;
    private readonly RateLimitFeature? _before;
    private LimitedRequest? _request;

    internal RateLimitFeature(LimitedRequest request) => _request = request;

    /// <summary>Creates the feature of requests that are not limited.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="runtime">The limits that do not apply.</param>
    /// <param name="before">The feature that other limits, which do not apply either, have set earlier; <see langword="null"/> for none.</param>
    internal RateLimitFeature(NoHeaders reason, RateLimitRuntime runtime, RateLimitFeature? before = null) =>
        (_reason, _runtime, _before) = (reason, runtime, before);

    private RateLimitFeature()
    {
    }

    /// <summary>Gets the outcome of the decision.</summary>
    public RateLimitOutcome Outcome => Read(static request => request?.Outcome ?? RateLimitOutcome.NotLimited);

    /// <summary>
    /// Gets a value indicating whether the request was rejected: by a limit, or because it is not known whether it fits
    /// (<see cref="RateLimitOutcome.Unavailable"/>).
    /// </summary>
    public bool IsRejected => Read(static request => request?.IsRejected == true);

    /// <summary>Gets a value indicating whether the request was rejected because its caller is banned (<see cref="BanOptions"/>).</summary>
    public bool IsBanned => Read(static request => request is { IsRejected: true, Decision.IsBanned: true });

    /// <summary>Gets a value indicating whether a report-only plan (<see cref="PlanOptions.Enforce"/>) would have rejected the request.</summary>
    public bool WouldReject => Read(static request => request?.RejectedReportOnly is not null);

    /// <summary>
    /// Gets the name of the quota that would have rejected the request, the violated one with the longest wait;
    /// <see langword="null"/> if none would, or if a limiter of the application does not report which one.
    /// </summary>
    public string? WouldRejectQuota => Read(static request =>
        request?.RejectedReportOnly?.Decision is { LongestWait: >= 0 } decision ? decision.Statuses[decision.LongestWait].Name : null);

    /// <summary>Gets the name of the policy that applied; <see langword="null"/> if the request is not limited.</summary>
    public string? PolicyName => Read(static request => request?.Policy.Name);

    /// <summary>
    /// Gets the caller; <see langword="null"/> if the request is not limited, or if a limiter of the application decides by itself.
    /// </summary>
    public RateLimitPrincipal? Principal => Read(static request => request?.Principal);

    /// <summary>Gets the time that a rejected caller must wait; <see langword="null"/> if it was admitted, waiting does not help or it is not known.</summary>
    public TimeSpan? RetryAfter => Read(static request => request is { IsReportOnly: false } ? request.Decision.RetryAfter : null);

    /// <summary>Gets the caller's current status with each quota; empty if it is not known.</summary>
    public IReadOnlyList<QuotaStatus> Statuses => Read(static request => request is null ? [] : request.Decision.Statuses.ToArray());

    /// <summary>
    /// Gets the number of permits that were not charged afterwards, of all quotas, because the caller owes as many as
    /// <see cref="QuotaOptions.MaxDebt"/> allows.
    /// </summary>
    public long Uncharged => Read(static request => request?.Decision.Uncharged ?? 0);

    /// <summary>Gets the reason why the response carries no rate limit headers; <see langword="null"/> if it carries them.</summary>
    public string? WhyNoHeaders => WhyNone?.Words;

    /// <summary>Gets the reason why the response carries no rate limit headers, with its code.</summary>
    internal NoHeaders? WhyNone => _reason ?? Read(static request => request!.Handling.Headers.WhyNone(request));

    /// <summary>Returns whether certain limits do not apply to the request.</summary>
    internal bool IsUnlimitedBy(RateLimitRuntime runtime) => _runtime == runtime || _before?.IsUnlimitedBy(runtime) == true;

    /// <summary>Gets the lock that protects the decision from the endpoint's threads.</summary>
    internal Lock Sync { get; } = new();

    /// <summary>
    /// Charges more permits of every quota, whether or not they fit, for a request that turns out to cost more. Concurrency quotas are not
    /// charged, and quotas that count bytes only by name. Afterwards <see cref="Statuses"/> show the new state, and so do the
    /// headers if the response has not started. Does nothing if a limiter of the application decides, or if the request is not limited,
    /// was rejected, or would have been rejected by a report-only plan.
    /// </summary>
    /// <remarks>
    /// A request that a store has admitted, and not a local batch, is charged in an outage of the store only under a plan with
    /// <see cref="PlanOptions.ChargeAfterOutage"/>, and the statuses then stay the same.
    /// </remarks>
    /// <param name="permits">The number of permits, from 0 to 999,999,999,999,999.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer of a store. A charge that was sent still takes effect.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is out of its range.</exception>
    /// <exception cref="ObjectDisposedException">The request is complete.</exception>
    public ValueTask ChargeAsync(long permits, CancellationToken cancellationToken = default) =>
        AdjustAsync(permits, request => AdjustedPermits.Of(request, null, permits), cancellationToken);

    /// <summary>Charges more permits of one quota, or of all quotas with a unit; see <see cref="ChargeAsync(long, CancellationToken)"/>.</summary>
    /// <param name="quotaOrUnit">
    /// The name of a quota of the plan, as <see cref="Statuses"/> show it or as it was configured; or, if no quota has that name, a
    /// quota unit. The name of a quota of the application's own limiter has no effect, unless a quota of this library has the same
    /// name or unit; nor has any name that is not found where the caller is exempt from one of the policies, or was admitted by one
    /// whose store could not count.
    /// </param>
    /// <param name="permits">The number of permits, from 0 to 999,999,999,999,999.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer of a store. A charge that was sent still takes effect.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is out of its range.</exception>
    /// <exception cref="ArgumentException">The plan has no such quota.</exception>
    /// <exception cref="ObjectDisposedException">The request is complete.</exception>
    public ValueTask ChargeAsync(string quotaOrUnit, long permits, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(quotaOrUnit);
        return AdjustAsync(permits, request => AdjustedPermits.Of(request, quotaOrUnit, permits), cancellationToken);
    }

    /// <summary>
    /// Gives back permits of every quota, except concurrency quotas and quotas that count bytes, for a request that turns out to cost less;
    /// never more than it took. Permits that have already come back with time are not given back again. Afterwards <see cref="Statuses"/> show the
    /// new state, and so do the headers if the response has not started. Does nothing if a limiter of the application decides,
    /// or if the request is not limited, was rejected, or would have been rejected by a report-only plan.
    /// </summary>
    /// <remarks>Permits that a store has counted, and not a local batch, are not given back in an outage of the store.</remarks>
    /// <param name="permits">The number of permits, from 0 to 999,999,999,999,999.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer of a store. A refund that was sent still takes effect.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is out of its range.</exception>
    /// <exception cref="ObjectDisposedException">The request is complete.</exception>
    public ValueTask RefundAsync(long permits, CancellationToken cancellationToken = default) =>
        AdjustAsync(permits, request => AdjustedPermits.Of(request, null, -permits), cancellationToken);

    /// <summary>Gives back permits of one quota, or of all quotas with a unit; see <see cref="RefundAsync(long, CancellationToken)"/>.</summary>
    /// <param name="quotaOrUnit">
    /// The name of a quota of the plan, as <see cref="Statuses"/> show it or as it was configured; or, if no quota has that name, a
    /// quota unit. The name of a quota of the application's own limiter has no effect, unless a quota of this library has the same
    /// name or unit; nor has any name that is not found where the caller is exempt from one of the policies, or was admitted by one
    /// whose store could not count.
    /// </param>
    /// <param name="permits">The number of permits, from 0 to 999,999,999,999,999.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer of a store. A refund that was sent still takes effect.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is out of its range.</exception>
    /// <exception cref="ArgumentException">The plan has no such quota.</exception>
    /// <exception cref="ObjectDisposedException">The request is complete.</exception>
    public ValueTask RefundAsync(string quotaOrUnit, long permits, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(quotaOrUnit);
        return AdjustAsync(permits, request => AdjustedPermits.Of(request, quotaOrUnit, -permits), cancellationToken);
    }

    /// <summary>
    /// Ends a reservation: charges or gives back the difference between the permits that the request has taken and its final cost, of every
    /// quota except concurrency quotas and quotas that count bytes. Otherwise it is the same as
    /// <see cref="ChargeAsync(long, CancellationToken)"/> and <see cref="RefundAsync(long, CancellationToken)"/>.
    /// </summary>
    /// <param name="permits">The whole cost of the request, from 0 to 999,999,999,999,999.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer of a store. A change that was sent still takes effect.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is out of its range.</exception>
    /// <exception cref="ObjectDisposedException">The request is complete.</exception>
    public ValueTask SettleAsync(long permits, CancellationToken cancellationToken = default) =>
        AdjustAsync(permits, request => AdjustedPermits.ToSettle(request, null, permits), cancellationToken);

    /// <summary>
    /// Charges or gives back the difference between the permits that the request has taken of one quota, or of each quota with a unit, and its
    /// final cost; see <see cref="SettleAsync(long, CancellationToken)"/>.
    /// </summary>
    /// <param name="quotaOrUnit">
    /// The name of a quota of the plan, as <see cref="Statuses"/> show it or as it was configured; or, if no quota has that name, a
    /// quota unit. The name of a quota of the application's own limiter has no effect, unless a quota of this library has the same
    /// name or unit; nor has any name that is not found where the caller is exempt from one of the policies, or was admitted by one
    /// whose store could not count.
    /// </param>
    /// <param name="permits">The whole cost of the request, from 0 to 999,999,999,999,999.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer of a store. A change that was sent still takes effect.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is out of its range.</exception>
    /// <exception cref="ArgumentException">The plan has no such quota.</exception>
    /// <exception cref="ObjectDisposedException">The request is complete.</exception>
    public ValueTask SettleAsync(string quotaOrUnit, long permits, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(quotaOrUnit);
        return AdjustAsync(permits, request => AdjustedPermits.ToSettle(request, quotaOrUnit, permits), cancellationToken);
    }

    /// <summary>Creates the feature of a request that was already complete when the feature was requested.</summary>
    internal static RateLimitFeature OfCompletedRequest() => new();

    /// <summary>Detaches the feature when its request ends.</summary>
    internal void Detach()
    {
        lock (Sync)
        {
            _request = null;
        }
    }

    private ValueTask AdjustAsync(long permits, Func<LimitedRequest, long[]> adjustment, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(permits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(permits, PermitCost.Max);
        lock (Sync)
        {
            return Request() is { } request && request.Decision.IsAcquired
                ? request.AdjustAsync(adjustment(request), cancellationToken)
                : default;
        }
    }

    private T Read<T>(Func<LimitedRequest?, T> read)
    {
        lock (Sync)
        {
            return read(Request());
        }
    }

    private LimitedRequest? Request()
    {
        ObjectDisposedException.ThrowIf(_request is null && _reason is null, this);
        return _request;
    }
}
