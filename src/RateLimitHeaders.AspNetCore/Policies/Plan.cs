using System.Collections.Frozen;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The quotas of one token type under one policy while they are in force, and the partitions that count them.</summary>
internal class Plan
{
    private readonly Plan? _reportOnly;
    private FrozenDictionary<string, Plan>? _named;
    private PlanCosts? _costs;

    /// <param name="definition">The plan as configured.</param>
    /// <param name="partitions">The partitions; <see langword="null"/> for a token type that is exempt.</param>
    /// <param name="logger">The logger.</param>
    public Plan(PlanDefinition definition, PlanPartitions? partitions, ILogger logger)
        : this(definition, partitions, new PlanTags(definition), logger, definition.Displays, isReportOnly: false)
    {
        // The same plan, report-only, for the callers outside the enforced share.
        _reportOnly = definition.Enforce < 1 && partitions is not null ? new Plan(definition, partitions, Tags, logger, Displays, isReportOnly: true) : null;
        _costs = PlanCosts.Of(this, endpoint: null, logger);
    }

    protected Plan(
        PlanDefinition definition, PlanPartitions? partitions, PlanTags tags, ILogger logger, QuotaDisplay[]? displays, bool isReportOnly)
    {
        IsReportOnly = isReportOnly;
        HasReportOnly = isReportOnly;
        HeadersWhen = isReportOnly ? HeadersWhen.Never : definition.Headers;
        Definition = definition;
        Partitions = partitions;
        UsesCancellation = partitions?.UsesCancellation is true;
        Logger = logger;
        Limits = new PlanLimits(definition, logger);
        Displays = displays;
        Tags = tags;
    }

    /// <summary>Gets or sets the index of the plan among those of its policy.</summary>
    public int Index { get; set; }

    /// <summary>Gets a value indicating whether the plan counts requests, and rejects none.</summary>
    public bool IsReportOnly { get; }

    /// <summary>Gets a value indicating whether the plan, or one of the plans that it combines, is report-only.</summary>
    public bool HasReportOnly { get; protected init; }

    /// <summary>Gets when responses carry the fields of enforced plans.</summary>
    public HeadersWhen HeadersWhen { get; }

    public PlanDefinition Definition { get; }

    public PlanPartitions? Partitions { get; }

    /// <summary>Gets the value of <see cref="PlanPartitions.UsesCancellation"/>, which no update of the partitions changes.</summary>
    public bool UsesCancellation { get; }

    /// <summary>Gets the partitions that count the plan, without its bans.</summary>
    public PlanPartitions? Counted => Partitions is BanningPartitions banning ? banning.Next : Partitions;

    /// <summary>Gets the bans, to read, set and lift them by hand; <see langword="null"/> if the plan has none.</summary>
    public CallerBans? Bans => (Partitions as BanningPartitions)?.Bans;

    /// <summary>Gets the text of the plan's quotas that many responses contain.</summary>
    public PolicyTextCache PolicyText { get; } = new();

    /// <summary>Gets the tags of metrics.</summary>
    public PlanTags Tags { get; }

    /// <summary>
    /// Gets the <see cref="QuotaDisplay"/> of each quota that is shown, for header families that show one quota; <see langword="null"/> if all
    /// are automatic.
    /// </summary>
    public QuotaDisplay[]? Displays { get; }

    /// <summary>Gets the limits of callers.</summary>
    public PlanLimits Limits { get; }

    /// <summary>
    /// Gets the limits for reading a caller's statuses without its request: none if callers have other limits by a named plan, so
    /// that each keeps its own.
    /// </summary>
    public ReadOnlyMemory<double> StaticLimitsForPeek =>
        _named?.Values.Any(named => named.Definition.CountedTokenType == Definition.TokenType) is true ? default : Limits.Static;

    protected ILogger Logger { get; }

    /// <summary>Returns the statuses that header families show: all, unless some belong to a plan whose responses carry no headers.</summary>
    public virtual ReadOnlySpan<QuotaStatus> ShownOf(ReadOnlySpan<QuotaStatus> statuses) => statuses;

    /// <summary>Returns the index of a status among those that are shown; -1 if it is not.</summary>
    public virtual int ShownIndexOf(int quota) => quota;

    /// <summary>Returns the index among all statuses of one that is shown.</summary>
    public virtual int IndexOfShown(int shown) => shown;

    /// <summary>Returns the part of a request that a quota belongs to, if several policies decide; -1 if one does.</summary>
    public virtual int PartOf(int quota) => -1;

    /// <summary>Returns the shown name of a quota: with its policy, if several policies decide and quotas of two have the same name.</summary>
    public virtual string DisplayedNameOf(int quota) => Definition.Quotas[quota].Description.Name;

    /// <summary>Returns the reason that a rejection by a quota shows; <see langword="null"/> if a limiter of the application rejects.</summary>
    public string? ReasonOf(int quota) => quota < Definition.QuotaDefinitions.Count ? Definition.QuotaDefinitions[quota].Reason : null;

    /// <summary>Adds the named plans of callers of the token type.</summary>
    public void AddNamed(IEnumerable<Plan> plans)
    {
        var named = plans.ToFrozenDictionary(plan => plan.Definition.PlanName!, StringComparer.Ordinal);
        _named = named.Count == 0 ? null : named;
    }

    /// <summary>Returns the plan with a name: this one if the policy has no such plan for the token type.</summary>
    public Plan Named(string? name) => name is not null && _named is not null && _named.TryGetValue(name, out var plan) ? plan : this;

    /// <summary>Returns the plan of a caller: this one, or the same as report-only.</summary>
    public Plan For(in RateLimitPrincipal caller) => _reportOnly is null || CallerShare.Contains(Definition.Enforce, caller) ? this : _reportOnly;

    /// <summary>Returns the plan if callers are not known: this one, or the same as report-only.</summary>
    public Plan ForAll() => _reportOnly ?? this;

    /// <summary>Sets the index of the plan among those of its policy, including report-only ones.</summary>
    /// <returns>The number of its indexes.</returns>
    public int SetIndex(int first)
    {
        Index = first;
        if (_reportOnly is null)
        {
            return 1;
        }

        _reportOnly.Index = first + 1;
        return 2;
    }

    /// <summary>Returns the costs of requests for the quotas of the plan, and how they are settled.</summary>
    /// <param name="endpoint">The costs of the endpoint; <see langword="null"/> for none.</param>
    public PlanCosts CostsUnder(EndpointCosts? endpoint) => endpoint?.For(this) ?? (_costs ??= CreateCosts(null));

    /// <summary>Creates the costs that <see cref="CostsUnder"/> returns.</summary>
    public virtual PlanCosts CreateCosts(EndpointCosts? endpoint) => PlanCosts.Of(this, endpoint, Logger);

    /// <summary>Returns the costs of a request.</summary>
    public virtual ReadOnlyMemory<long> CostsOf(LimitedRequest request) => CostsUnder(request.EndpointCosts).For(request);

    /// <summary>Charges or gives back. Exceptions of a store are logged, and the endpoint continues.</summary>
    public virtual ValueTask AdjustAsync(RateLimitDecision decision, in AdjustArguments arguments)
    {
        var before = decision.Uncharged;
        var adjusted = TryAsync(
            (decision, arguments),
            static (partitions, call) => partitions.AdjustAsync(call.decision, call.arguments),
            failed: static call => call.decision.LeaveOut(0, call.arguments.Permits.Span));
        if (!adjusted.IsCompletedSuccessfully)
        {
            return LogUnchargedAsync(adjusted, decision, before);
        }

        LogUncharged(decision, before);
        return default;
    }

    /// <summary>Clears what a caller has used. Exceptions of partitions are logged, and the response continues.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="bans">The bans of another plan with the same count; <see langword="null"/> for those of the plan itself.</param>
    public ValueTask ResetAsync(RateLimitPrincipal caller, BanningPartitions? bans) =>
        TryAsync((caller, bans), static (partitions, call) => ForgetAsync(call.bans ?? partitions, call.caller));

    /// <summary>Returns the part of an adjustment that is charged or given back: nothing of a report-only plan that would reject the request.</summary>
    public virtual ReadOnlyMemory<long> ChargedOf(LimitedRequest request, ReadOnlyMemory<long> permits) => permits;

    public void LogCountingFailed(Exception exception) => Log.CountingFailed(Logger, Definition.PolicyName, Definition.TokenType, exception);

    /// <summary>Gives back the permits that are held while the request runs.</summary>
    public virtual ValueTask ReleaseAsync(RateLimitDecision decision) =>
        TryAsync(decision, static (partitions, decision) => partitions.ReleaseAsync(decision));

    private void LogUncharged(RateLimitDecision decision, long before)
    {
        if (decision.Uncharged > before)
        {
            Log.DebtBounded(Logger, Definition.PolicyName, Definition.TokenType, decision.Uncharged - before);
        }
    }

    private async ValueTask LogUnchargedAsync(ValueTask adjusted, RateLimitDecision decision, long before)
    {
        await adjusted;
        LogUncharged(decision, before);
    }

    private static async ValueTask ForgetAsync(PlanPartitions partitions, RateLimitPrincipal caller)
    {
        try
        {
            await partitions.ResetAsync(caller, CancellationToken.None);
        }
        catch (RateLimitStoreException)
        {
            // The guard of the store has logged the outage, once and not for each response.
        }
    }

    /// <summary>Calls the partitions. Their exceptions are logged, and cause no 500.</summary>
    private ValueTask TryAsync<TState>(TState state, Func<PlanPartitions, TState, ValueTask> call, Action<TState>? failed = null)
    {
        try
        {
            var running = call(Partitions!, state);
            return running.IsCompletedSuccessfully ? default : AwaitAsync(running, state, failed);
        }
#pragma warning disable CA1031 // Whatever partitions throw: the request has its answer.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail(exception, state, failed);
            return default;
        }
    }

    private async ValueTask AwaitAsync<TState>(ValueTask running, TState state, Action<TState>? failed)
    {
        try
        {
            await running;
        }
#pragma warning disable CA1031 // Whatever partitions throw later: the request has its answer.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail(exception, state, failed);
        }
    }

    private void Fail<TState>(Exception exception, TState state, Action<TState>? failed)
    {
        failed?.Invoke(state);
        Log.AdjustmentFailed(Logger, Definition.PolicyName, exception);
    }
}
