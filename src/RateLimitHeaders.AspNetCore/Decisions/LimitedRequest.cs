using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// One limited request: its policy and plan, the decision about it, and the feature that its endpoint has of it. The object is
/// reused for other requests (<see cref="LimitedRequestPool"/>).
/// </summary>
internal sealed class LimitedRequest
{
    private static readonly object s_completed = new();

    // Null, the feature that the endpoint has requested, or the mark of a request that is over.
    private object? _feature;
    private Task _settling = Task.CompletedTask;
    private long[] _costs = [];
    private double[] _limits = [];
    private LimitedRequest?[] _parts = [];
    private int _partCount;
    private ReadOnlyMemory<long> _requestedCosts;
    private TakenPermits? _taken;
    private ReadOnlyMemory<double> _requestedLimits;
    private Plan? _plan;
    private RateLimitPrincipal? _caller;
    private LimitedRequest? _rejecting;
    private CancellationToken? _aborted;

    /// <summary>Gets the decision of the partitions.</summary>
    public RateLimitDecision Decision { get; } = RateLimitDecision.CreateSpaced();

    public HttpContext HttpContext { get; private set; } = null!;

    public Policy Policy { get; private set; } = null!;

    /// <summary>Gets the plan that applies; <see langword="null"/> until the caller is known.</summary>
    public Plan Plan => _plan!;

    /// <summary>Gets the part that requests keep of the snapshot that was in force when the request arrived.</summary>
    public RequestHandling Handling { get; private set; } = null!;

    /// <summary>Gets a value indicating whether the endpoint requires no policy, so that the default one applies.</summary>
    public bool IsByDefault { get; private set; }

    /// <summary>Gets the costs of the endpoint; <see langword="null"/> for none.</summary>
    public EndpointCosts? EndpointCosts { get; private set; }

    /// <summary>Gets the tags by which ASP.NET Core's metrics name the policy.</summary>
    public StockTags StockTags => IsByDefault ? Policy.DefaultTags : Policy.RequiredTags;

    /// <summary>Gets the permits that the request was charged of each quota; empty if nothing was counted, or not by this library.</summary>
    public ReadOnlySpan<long> Costs => Decision.Statuses.IsEmpty ? default : _requestedCosts.Span;

    /// <summary>Gets the object that settles the request once its response is known; <see langword="null"/> for none.</summary>
    public RequestSettlement? Settlement { get; private set; }

    /// <summary>Gets or sets the feature that other limits have set, which do not apply; <see langword="null"/> for none.</summary>
    public RateLimitFeature? UnlimitedBefore { get; set; }

    /// <summary>Gets or sets the start of the response if it waits for a store; <see langword="null"/> if it does not.</summary>
    public Task? Starting { get; set; }

    /// <summary>Gets the lock under which endpoints change the decision; <see langword="null"/> if no endpoint has requested the feature.</summary>
    public Lock? FeatureLock => (Volatile.Read(ref _feature) as RateLimitFeature)?.Sync;

    /// <summary>Gets a value indicating whether a plan applies: not if the token type is exempt.</summary>
    public bool HasPlan => _plan is not null;

    /// <summary>Gets the same request under each of the policies that decide about it together; none if one policy decides.</summary>
    public ReadOnlySpan<LimitedRequest> Parts => new(_parts!, 0, _partCount);

    /// <summary>Gets the arguments for the partitions of the plan.</summary>
    public AcquireArguments Arguments => new(
        Decision.Caller,
        _requestedCosts,
        _requestedLimits,
        Plan.Limits.Initial,
        HttpContext,
        NeverWaits || Plan.IsReportOnly,
        Plan.UsesCancellation ? Aborted : default);

    /// <summary>Gets or sets a value indicating whether the request does not wait in a queue, whatever the plan.</summary>
    public bool NeverWaits { get; set; }

    /// <summary>Gets the token that is cancelled when the client disconnects.</summary>
    public CancellationToken Aborted => _aborted ?? HttpContext.RequestAborted;

    /// <summary>Gets the cost of the request for each quota that is not foreign, charged or not.</summary>
    public ReadOnlyMemory<long> RequestedCosts => _requestedCosts;

    /// <summary>Gets the limits of the caller; none for those of the plan.</summary>
    public ReadOnlyMemory<double> RequestedLimits => _requestedLimits;

    /// <summary>Gets the ticks that are added to the announced times of the response.</summary>
    public long Jitter { get; private set; }

    /// <summary>Gets the caller; <see langword="null"/> if foreign partitions decide by themselves.</summary>
    public RateLimitPrincipal? Principal => Policy.IsForeign || _plan is null ? null : _caller ?? Decision.Caller;

    /// <summary>Gets the name of the caller's plan; <see langword="null"/> for the plan of its token type.</summary>
    public string? PlanName { get; private set; }

    /// <summary>Gets the facts that the application knows about the caller.</summary>
    public object? Facts { get; private set; }

    /// <summary>Gets the counted principal: the caller, or the caller together with values of its requests.</summary>
    public RateLimitPrincipal? Partition => Principal is null ? null : Decision.Caller;

    /// <summary>
    /// Gets or sets whether <c>UseAuthentication()</c> had run when the caller was identified by its address, without an authenticated
    /// user; <see langword="null"/> unless <see cref="SetupChecks.OnAddress"/> shows that it matters.
    /// </summary>
    public bool? WasAfterAuthentication { get; set; }

    /// <summary>Gets the token type for logs.</summary>
    public string TokenType => _plan?.Definition.TokenType ?? "none";

    /// <summary>Gets a value indicating whether the plan counts the request, and does not reject it.</summary>
    public bool IsReportOnly => _plan is { IsReportOnly: true };

    /// <summary>Gets the outcome of the request: the decision, unless the plan is report-only.</summary>
    public RateLimitOutcome Outcome => IsReportOnly && Decision.Outcome != RateLimitOutcome.NotLimited ? RateLimitOutcome.Acquired : Decision.Outcome;

    public bool IsRejected => Outcome is RateLimitOutcome.Rejected or RateLimitOutcome.Unavailable;

    /// <summary>Gets or sets the request that rejects: this one, or the part of it to which its decision belongs.</summary>
    public LimitedRequest Rejecting
    {
        get => _rejecting ?? this;
        set => _rejecting = value;
    }

    /// <summary>Gets a value indicating whether the plan is report-only, and would reject the request if it were enforced.</summary>
    public bool WouldBeRejected => IsReportOnly && Decision.Outcome == RateLimitOutcome.Rejected;

    public HeadersWhen HeadersWhen => _plan?.HeadersWhen ?? HeadersWhen.Always;

    /// <summary>Gets a value indicating whether the response may carry headers, which is decided when it starts.</summary>
    public bool MayHaveHeaders => HeadersWhen switch
    {
        _ when Plan.HasReportOnly && Handling.Headers.WritesReportOnly => true,
        HeadersWhen.Never => false,
        HeadersWhen.Rejected => IsRejected,
        _ => true,
    };

    /// <param name="context">The context of the request.</param>
    /// <param name="policy">The policy that decides.</param>
    /// <param name="handling">That of the snapshot in force.</param>
    /// <param name="isByDefault">Whether the endpoint requires no policy, so that the default one applies.</param>
    /// <param name="costs">The costs of the endpoint; <see langword="null"/> for none.</param>
    /// <param name="aborted">The token that is cancelled when the client disconnects; <see langword="null"/> for that of the context.</param>
    public void Begin(
        HttpContext context,
        Policy policy,
        RequestHandling handling,
        bool isByDefault = false,
        EndpointCosts? costs = null,
        CancellationToken? aborted = null)
    {
        // A thread that sees no feature must not see the context of the earlier request any more.
        Volatile.Write(ref _feature, null);
        _aborted = aborted;
        _rejecting = null;
        NeverWaits = false;
        WasAfterAuthentication = null;
        HttpContext = context;
        Policy = policy;
        IsByDefault = isByDefault;
        EndpointCosts = costs;
        Handling = handling;
        Jitter = handling.Headers.NextJitter();
    }

    /// <summary>Sets the plan, the costs and the limits of the decision.</summary>
    public void Prepare(Plan plan, ReadOnlyMemory<long> costs, ReadOnlyMemory<double> limits)
    {
        _plan = plan;
        _requestedCosts = costs;
        _requestedLimits = limits;
    }

    /// <summary>Sets the identity of the caller.</summary>
    /// <param name="identity">The identity.</param>
    /// <param name="tokenType">The token type of an identity that names none.</param>
    /// <param name="origin">The address from which an id came that no rule has checked; 0 for a checked id.</param>
    public void Identify(in RateLimitIdentity identity, string tokenType, UInt128 origin)
    {
        Decision.Caller = new RateLimitPrincipal(identity.TokenType ?? tokenType, identity.Id, origin);
        PlanName = identity.Plan;
        Facts = identity.Facts;
    }

    /// <summary>Copies the caller of another part of the same request.</summary>
    public void IdentifyAs(LimitedRequest other)
    {
        Decision.Caller = other.Decision.Caller;
        PlanName = other.PlanName;
        Facts = other.Facts;
    }

    /// <summary>Sets the caller and the counted principal to those of a part.</summary>
    public void ShowCallerOf(LimitedRequest part)
    {
        Decision.Caller = part.Decision.Caller;
        _caller = part._caller;
    }

    /// <summary>Uses the address as the caller, because nothing else can be known.</summary>
    public void IdentifyByAddress(in RateLimitPrincipal address)
    {
        Decision.Caller = address;
        PlanName = null;
        Facts = null;
    }

    /// <summary>Counts the request separately from others of its caller.</summary>
    public void CountAs(in RateLimitPrincipal partition)
    {
        _caller = Decision.Caller;
        Decision.Caller = partition;
    }

    /// <summary>Begins the same request under one of several policies.</summary>
    public LimitedRequest AddPart(Policy policy)
    {
        if (_partCount == _parts.Length)
        {
            Array.Resize(ref _parts, _partCount + 2);
        }

        // Parts stay with the request that they were created for.
        var part = _parts[_partCount++] ??= new LimitedRequest();
        part.Begin(HttpContext, policy, Handling, IsByDefault, EndpointCosts, _aborted);
        return part;
    }

    /// <summary>Begins to observe the response of an admitted request, if its settlement depends on it.</summary>
    public void BeginSettlement()
    {
        if (Decision.IsAcquired && !Decision.Statuses.IsEmpty && Plan.CostsUnder(EndpointCosts).Settlement is { } settlement)
        {
            Settlement = new RequestSettlement(settlement, this);
        }
    }

    /// <summary>Charges and gives back as the endpoint does; may be called while its threads do so.</summary>
    public ValueTask ChargeAsync(ReadOnlyMemory<long> permits)
    {
        lock (FeatureOf(HttpContext).Sync)
        {
            return AdjustAsync(permits);
        }
    }

    /// <summary>Returns arguments that read the caller's statuses under a plan, instead of a decision.</summary>
    public PeekArguments PeekOf(Plan plan, ReadOnlyMemory<double> limits, PeekGroup group)
    {
        _plan = plan;
        return new PeekArguments(Decision.Caller, limits, Decision) { Group = group };
    }

    /// <summary>Sets the reason why the caller's statuses under a plan cannot be read.</summary>
    public void ReportNothing(Plan plan, string reason)
    {
        _plan = plan;
        Decision.AdmitUncounted(reason);
    }

    /// <summary>Returns the permits of a quota that the request has taken so far, 0 or more.</summary>
    public long TakenOf(int quota) => Volatile.Read(ref _taken) is { } taken ? taken[quota]
        : quota < _requestedCosts.Length ? PermitCost.Taken(_requestedCosts.Span[quota])
        : 0;

    /// <summary>Returns room for a number of costs, which belongs to this request.</summary>
    public Memory<long> CostBuffer(int count) => (_costs.Length < count ? _costs = new long[count] : _costs).AsMemory(0, count);

    /// <summary>Returns room for a number of limits, which belongs to this request.</summary>
    public Memory<double> LimitBuffer(int count) => (_limits.Length < count ? _limits = new double[count] : _limits).AsMemory(0, count);

    /// <summary>
    /// Returns the feature, for code that may keep it for longer than the request: it is created when it is first requested, and never
    /// serves another request.
    /// </summary>
    public RateLimitFeature FeatureOf(HttpContext context)
    {
        var feature = Volatile.Read(ref _feature) as RateLimitFeature;
        if (feature is null && HttpContext == context)
        {
            var created = new RateLimitFeature(this);
            feature = Interlocked.CompareExchange(ref _feature, created, null) is { } other ? other as RateLimitFeature : created;
        }

        // The request may have ended between the two reads, and this object may serve another one.
        return feature is not null && HttpContext == context ? feature : RateLimitFeature.OfCompletedRequest();
    }

    /// <summary>Charges or gives back, one adjustment after the other, because each leaves marks that the next one needs.</summary>
    /// <param name="permits">As <see cref="AdjustArguments.Permits"/>.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer. A change that was sent is counted, also in <see cref="TakenOf"/>.</param>
    public ValueTask AdjustAsync(ReadOnlyMemory<long> permits, CancellationToken cancellationToken = default)
    {
        if (!Decision.IsAcquired || _plan is null)
        {
            return default;
        }

        permits = Plan.ChargedOf(this, permits);
        Handling.Telemetry.Adjusted(Plan, permits.Span);
        (_taken ??= new TakenPermits(_requestedCosts.Span, _plan.Definition.Quotas.Count)).Add(permits.Span);
        if (!_settling.IsCompleted)
        {
            _settling = AdjustAfterAsync(_settling, permits);
            return new(_settling.WaitAsync(cancellationToken));
        }

        var adjusted = AdjustNowAsync(permits);
        if (adjusted.IsCompletedSuccessfully)
        {
            return default;
        }

        _settling = adjusted.AsTask();
        return new(_settling.WaitAsync(cancellationToken));
    }

    /// <summary>
    /// Returns the arguments of an adjustment, with the limits of the plan that are in force: a reload may have been applied since the decision.
    /// </summary>
    public AdjustArguments AdjustmentOf(Plan plan, ReadOnlyMemory<long> permits) =>
        new(permits) { Limits = Handling.Runtime.Current.LimitsOf(plan, Handling) };

    /// <summary>Waits for the adjustments that a store has not answered yet.</summary>
    public Task SettleAsync() => _settling;

    /// <summary>Detaches the feature from code that still holds it, and clears the request.</summary>
    /// <returns>Whether the object may serve another request: not while a store has an answer outstanding.</returns>
    public bool Complete()
    {
        (Interlocked.Exchange(ref _feature, s_completed) as RateLimitFeature)?.Detach();
        if (!_settling.IsCompleted)
        {
            return false;
        }

        for (var i = 0; i < _partCount; i++)
        {
            _parts[i] = _parts[i]!.Complete() ? _parts[i] : null;
        }

        _settling = Task.CompletedTask;
        _partCount = 0;
        _plan = null;
        _caller = null;
        _rejecting = null;
        _aborted = null;
        PlanName = null;
        Facts = null;
        _requestedCosts = default;
        _taken = null;
        _requestedLimits = default;
        Settlement = null;
        Starting = null;
        UnlimitedBefore = null;
        EndpointCosts = null;
        HttpContext = null!;
        Policy = null!;
        Handling = null!;
        Decision.Clear();
        return true;
    }

    private async Task AdjustAfterAsync(Task earlier, ReadOnlyMemory<long> permits)
    {
        await earlier;
        await AdjustNowAsync(permits);
    }

    private ValueTask AdjustNowAsync(ReadOnlyMemory<long> permits)
    {
        Decision.BeginAdjustment();
        var adjusted = Plan.AdjustAsync(Decision, AdjustmentOf(Plan, permits));
        if (!adjusted.IsCompletedSuccessfully)
        {
            return TakeOffAfterAsync(adjusted);
        }

        _taken!.TakeOff(Decision.LeftOut);
        return default;
    }

    private async ValueTask TakeOffAfterAsync(ValueTask adjusted)
    {
        await adjusted;
        _taken!.TakeOff(Decision.LeftOut);
    }
}
