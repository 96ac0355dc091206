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

    /// <summary>Gets or sets the place of the plan among those of its policy.</summary>
    public int Index { get; set; }

    /// <summary>Gets a value indicating whether the plan counts requests, and rejects none.</summary>
    public bool IsReportOnly { get; }

    /// <summary>Gets a value indicating whether it is report-only, or a plan is that decides together with others.</summary>
    public bool HasReportOnly { get; protected init; }

    /// <summary>Gets when responses carry the fields of enforced plans.</summary>
    public HeadersWhen HeadersWhen { get; }

    public PlanDefinition Definition { get; }

    public PlanPartitions? Partitions { get; }

    /// <summary>Gets the value of <see cref="PlanPartitions.UsesCancellation"/>, which no update of the partitions changes.</summary>
    public bool UsesCancellation { get; }

    /// <summary>Gets what counts the plan, without its bans.</summary>
    public PlanPartitions? Counted => Partitions is BanningPartitions banning ? banning.Next : Partitions;

    /// <summary>Gets the bans, to look at them, and to set and lift them by hand; <see langword="null"/> if the plan has none.</summary>
    public CallerBans? Bans => (Partitions as BanningPartitions)?.Bans;

    /// <summary>Gets the text of the plan's quotas that many responses have.</summary>
    public PolicyTextCache PolicyText { get; } = new();

    /// <summary>Gets the tags of metrics.</summary>
    public PlanTags Tags { get; }

    /// <summary>Gets which of the shown quotas header families show that show one; <see langword="null"/> where all are automatic.</summary>
    public QuotaDisplay[]? Displays { get; }

    /// <summary>Gets the limits that callers have.</summary>
    public PlanLimits Limits { get; }

    /// <summary>
    /// Gets the limits of a look at a caller whose request is not there: none where callers have other limits by the name of a plan, so
    /// that each keeps its own.
    /// </summary>
    public ReadOnlyMemory<double> LookLimits =>
        _named?.Values.Any(named => named.Definition.CountedTokenType == Definition.TokenType) is true ? default : Limits.Static;

    protected ILogger Logger { get; }

    /// <summary>Gets the statuses that header families show: all, unless some belong to a plan whose responses carry no headers.</summary>
    public virtual ReadOnlySpan<QuotaStatus> ShownOf(ReadOnlySpan<QuotaStatus> statuses) => statuses;

    /// <summary>Gets the place of a status among those that are shown; -1 if it is not.</summary>
    public virtual int ShownPlaceOf(int quota) => quota;

    /// <summary>Gets the place among all statuses of one that is shown.</summary>
    public virtual int PlaceOfShown(int shown) => shown;

    /// <summary>Gets the part of a request that a quota belongs to, where several policies decide; -1 where one does.</summary>
    public virtual int PartOf(int quota) => -1;

    /// <summary>Gets the name by which a quota is told: with its policy, where several decide and quotas of two have the same name.</summary>
    public virtual string ToldNameOf(int quota) => Definition.Quotas[quota].Description.Name;

    /// <summary>Gets what a rejection by a quota says as its reason; <see langword="null"/> where a limiter of the application rejects.</summary>
    public string? ReasonOf(int quota) => quota < Definition.QuotaDefinitions.Count ? Definition.QuotaDefinitions[quota].Reason : null;

    /// <summary>Adds the plans that callers of the token type have by name.</summary>
    public void AddNamed(IEnumerable<Plan> plans)
    {
        var named = plans.ToFrozenDictionary(plan => plan.Definition.PlanName!, StringComparer.Ordinal);
        _named = named.Count == 0 ? null : named;
    }

    /// <summary>Gets the plan of callers with a name of a plan: this one where the policy has none of that name for the token type.</summary>
    public Plan Named(string? name) => name is not null && _named is not null && _named.TryGetValue(name, out var plan) ? plan : this;

    /// <summary>Gets the plan of a caller: this one, or the same as report-only.</summary>
    public Plan For(in RateLimitPrincipal caller) => _reportOnly is null || CallerShare.Contains(Definition.Enforce, caller) ? this : _reportOnly;

    /// <summary>Gets the plan where callers are not known: this one, or the same as report-only.</summary>
    public Plan ForAll() => _reportOnly ?? this;

    /// <summary>Tells the plan its place among those of its policy, report-only ones included.</summary>
    /// <returns>How many places it has.</returns>
    public int Place(int first)
    {
        Index = first;
        if (_reportOnly is null)
        {
            return 1;
        }

        _reportOnly.Index = first + 1;
        return 2;
    }

    /// <summary>Gets what requests cost the quotas of the plan, and how they are settled.</summary>
    /// <param name="endpoint">What the endpoint says; <see langword="null"/> for nothing.</param>
    public PlanCosts CostsUnder(EndpointCosts? endpoint) => endpoint?.For(this) ?? (_costs ??= CreateCosts(null));

    /// <summary>Makes what <see cref="CostsUnder"/> gets.</summary>
    public virtual PlanCosts CreateCosts(EndpointCosts? endpoint) => PlanCosts.Of(this, endpoint, Logger);

    /// <summary>Gets what a request costs.</summary>
    public virtual ReadOnlyMemory<long> CostsOf(LimitedRequest request) => CostsUnder(request.EndpointCosts).For(request);

    /// <summary>Charges or gives back. What a store throws is logged: the endpoint goes on.</summary>
    public virtual ValueTask AdjustAsync(RateLimitDecision decision, in AdjustArguments arguments)
    {
        var before = decision.Uncharged;
        var adjusted = TryAsync(
            (decision, arguments),
            static (partitions, asked) => partitions.AdjustAsync(asked.decision, asked.arguments),
            failed: static asked => asked.decision.LeaveOut(0, asked.arguments.Permits.Span));
        if (!adjusted.IsCompletedSuccessfully)
        {
            return LogUnchargedAsync(adjusted, decision, before);
        }

        LogUncharged(decision, before);
        return default;
    }

    /// <summary>Forgets what a caller has used. What partitions throw is logged: the response goes on.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="bans">What bans the caller because of the same count; <see langword="null"/> for what the plan has itself.</param>
    public ValueTask ResetAsync(RateLimitPrincipal caller, BanningPartitions? bans) =>
        TryAsync((caller, bans), static (partitions, asked) => ForgetAsync(asked.bans ?? partitions, asked.caller));

    /// <summary>Gets what of an adjustment is charged or given back: of a report-only plan that would reject the request, nothing is.</summary>
    public virtual ReadOnlyMemory<long> ChargedOf(LimitedRequest request, ReadOnlyMemory<long> permits) => permits;

    public void LogCountingFailed(Exception exception) => Log.CountingFailed(Logger, Definition.PolicyName, Definition.TokenType, exception);

    /// <summary>Gives back what is held for as long as the request runs.</summary>
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

    /// <summary>Calls the partitions. Whatever they throw is logged, and no 500 comes of it.</summary>
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
