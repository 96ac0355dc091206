using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Holds the snapshot in force, and replaces it as a whole. Partitions are kept as long as their policy and their token type exist, and counts of
/// a quota as long as its shape is the same, so that no count is lost.
/// </summary>
internal sealed class RateLimitRuntime : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<NoHeaders, RateLimitFeature> _unlimited = new(ReferenceEqualityComparer.Instance);
    private readonly StoreGuard? _store;
    private readonly RateLimitMetrics _metrics;
    private readonly ILogger _logger;

    // Partitions log from timers, too, where an exception of the application's log would end the process.
    private readonly SafeLogger _safeLogger;
    private Dictionary<(string Policy, string TokenType), KeptPartitions> _partitions = [];
    private volatile RateLimitSnapshot? _current;
    private bool _isDisposed;

    /// <param name="definition">The definition to begin with.</param>
    /// <param name="store">The guard of the store that counts the plans; <see langword="null"/> for this process's memory.</param>
    /// <param name="metrics">The metrics. They are disposed with the runtime.</param>
    /// <param name="logger">The logger.</param>
    public RateLimitRuntime(RateLimitDefinition definition, StoreGuard? store, RateLimitMetrics metrics, ILogger logger)
    {
        _store = store;
        _metrics = metrics;
        _logger = logger;
        _safeLogger = new SafeLogger(logger);
        Apply(definition);
    }

    /// <summary>Gets the meter, for the metrics of components that change the definition.</summary>
    public Meter Meter => _metrics.Meter;

    /// <summary>Gets a value indicating whether requests are rejected while the store cannot count.</summary>
    public bool RejectsInOutages => _store?.Options.WhenUnavailable == StoreUnavailable.Reject;

    /// <summary>Gets the snapshot in force.</summary>
    public RateLimitSnapshot Current => _current!;

    /// <summary>Gets or sets the names of policies that were found to limit nothing, which are logged once.</summary>
    public IReadOnlyList<string> UnusedPolicies { get; set; } = [];

    /// <summary>Returns the feature of requests that are not limited: one for each reason, unless other limits have set one before.</summary>
    /// <param name="reason">The reason.</param>
    /// <param name="before">The feature that other limits have set.</param>
    public RateLimitFeature UnlimitedBecause(NoHeaders reason, RateLimitFeature? before) => before is null
        ? _unlimited.GetOrAdd(reason, static (reason, runtime) => new RateLimitFeature(reason, runtime), this)
        : new RateLimitFeature(reason, this, before);

    /// <summary>Returns the numbers of the page of operators, as <see cref="RequestTelemetry.Watch"/> does.</summary>
    public DecisionTally WatchDecisions() => _metrics.Requests.Watch(RateLimitClock.For(Current.Definition.TimeProvider));

    /// <summary>
    /// Puts another definition in force: the next request uses it, and requests in progress end with the previous one. If a
    /// store of the application throws, the definition in force and all counts are kept.
    /// </summary>
    public void Apply(RateLimitDefinition definition)
    {
        RateLimitDefinition? earlier;
        lock (_lock)
        {
            if (_isDisposed)
            {
                // The application is stopping. Partitions created now would never be disposed.
                return;
            }

            var (before, after) = (_partitions, new Dictionary<(string Policy, string TokenType), KeptPartitions>());
            RateLimitSnapshot snapshot;
            try
            {
                snapshot = CreateSnapshot(definition, after);
                TakeOver(definition, before, after);
            }
            catch
            {
                Dispose(after.Values.Except(before.Values));
                throw;
            }

            earlier = _current?.Definition;
            (_current, _partitions) = (snapshot, after);
            Dispose(before.Values.Except(after.Values));
            snapshot.Handling.Rejections.Forget(definition);
            _metrics.Requests.ForgetPolicies(definition);
        }

        SetupWarnings.OfDefinition(definition, earlier, _safeLogger);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            Dispose(_partitions.Values);
            _partitions = [];
            _isDisposed = true;
        }

        _metrics.Dispose();
    }

    /// <summary>Makes plans that are counted in other partitions from now on continue with their counts.</summary>
    private void TakeOver(
        RateLimitDefinition definition,
        Dictionary<(string Policy, string TokenType), KeptPartitions> before,
        Dictionary<(string Policy, string TokenType), KeptPartitions> after)
    {
        var moves = from plan in definition.Policies.SelectMany(policy => policy.Plans)
                    where !plan.IsExempt && _current is not null
                    from earlier in EarlierPlans.Of(plan, _current!.Definition, definition)
                    select (From: earlier.CountedBy, To: plan.CountedBy);

        // Partitions that stay in use are read as a source before they are written as a target.
        foreach (var (from, to) in moves.Distinct().Where(move => move.From != move.To).OrderByDescending(move => after.ContainsKey(move.From)))
        {
            after[to].TakeOver(before[from]);
        }
    }

    private static void Dispose(IEnumerable<KeptPartitions> partitions)
    {
        foreach (var kept in partitions)
        {
            kept.Partitions.Dispose();
        }
    }

    private RateLimitSnapshot CreateSnapshot(
        RateLimitDefinition definition, Dictionary<(string Policy, string TokenType), KeptPartitions> partitions)
    {
        var clock = RateLimitClock.For(definition.TimeProvider);
        Dictionary<PrincipalsDefinition, PrincipalResolver> resolvers = [];
        Policy[] policies = [.. definition.Policies.Select(policy => new Policy(
            policy,
            [.. policy.Plans.Select(plan => CreatePlan(policy, plan, definition, partitions))],
            ResolverOf(policy.Principals ?? definition.Principals, resolvers, definition),
            _logger))];
        return new RateLimitSnapshot(
            definition,
            policies,
            new EndpointPolicies(definition, policies, _logger),
            new RequestHandling(
                new HeaderEmitter(definition.Headers, clock, _logger),
                RejectionsOf(definition),
                ChecksOf(definition),
                _metrics.Requests,
                this,
                definition.TimeProvider,
                definition.GlobalPolicy));
    }

    /// <summary>Returns the resolver of a set of rules. Policies with equal rules share it, and a reload keeps it with its cached identities.</summary>
    private PrincipalResolver ResolverOf(
        PrincipalsDefinition principals, Dictionary<PrincipalsDefinition, PrincipalResolver> known, RateLimitDefinition definition)
    {
        if (!known.TryGetValue(principals, out var resolver))
        {
            var clock = RateLimitClock.For(definition.TimeProvider);
            resolver = _current?.Policies.Select(policy => policy.Principals).FirstOrDefault(before => before.IsOf(principals, clock, definition.MaxPartitions))
                ?? new PrincipalResolver(principals, clock, definition.MaxPartitions, _logger);
            known.Add(principals, resolver);
        }

        return resolver;
    }

    /// <summary>
    /// Returns the writer of rejections. A reload keeps it, and the log's memory with it, unless the secret of logged callers or the time
    /// provider changes.
    /// </summary>
    private RejectionWriter RejectionsOf(RateLimitDefinition definition) =>
        _current is { } before
        && Equals(before.Definition.LoggedCallerSecret, definition.LoggedCallerSecret)
        && before.Definition.TimeProvider == definition.TimeProvider
            ? before.Handling.Rejections
            : new RejectionWriter(
                new RejectionLog(
                    definition.LoggedCallerSecret is { } secret ? new CallerHash([.. secret]) : null,
                    RateLimitClock.For(definition.TimeProvider),
                    _logger),
                _logger);

    /// <summary>Returns the checks of requests. A reload keeps them unless it changes what they look for, so that each finding is logged once.</summary>
    private SetupChecks ChecksOf(RateLimitDefinition definition)
    {
        var checks = new SetupChecks(definition, _logger);
        return _current is { } before && before.Handling.Checks.IsSame(checks) ? before.Handling.Checks : checks;
    }

    private Plan CreatePlan(
        PolicyDefinition policy,
        PlanDefinition plan,
        RateLimitDefinition definition,
        Dictionary<(string Policy, string TokenType), KeptPartitions> partitions)
    {
        if (plan.IsExempt)
        {
            return new Plan(plan, partitions: null, _logger);
        }

        var key = plan.CountedBy;
        if (!partitions.TryGetValue(key, out var kept))
        {
            var known = _partitions.GetValueOrDefault(key) is { } earlier && Equals(earlier.Foreign, policy.Foreign) ? earlier : null;
            kept = known?.TryUpdate(plan) is true ? known : Create(policy, plan, definition, known);
            partitions.Add(key, kept);
        }

        return new Plan(
            plan,
            plan.Ban is null ? kept.Partitions : new BanningPartitions(kept.Partitions, kept.Bans.Value, plan, RateLimitClock.For(definition.TimeProvider)),
            _logger);
    }

    /// <summary>Creates the partitions of a plan.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="definition">The definition.</param>
    /// <param name="before">
    /// The partitions of the same plan with other quotas; counts of quotas that stay are continued. <see langword="null"/> for none.
    /// </param>
    private KeptPartitions Create(PolicyDefinition policy, PlanDefinition plan, RateLimitDefinition definition, KeptPartitions? before)
    {
        var context = new PartitionsContext(plan, definition.MaxPartitions, definition.TimeProvider, _metrics, _safeLogger);
        var partitions = policy.Foreign is { } foreign ? foreign.CreatePartitions(context)
            : _store is { } store ? StoreStack.Create(store, context)
            : new MemoryPartitions(context, before: before?.Partitions as MemoryPartitions);

        // Bans outlive the quotas. In memory the object stays. If a store keeps bans, a new object calls it through the new partitions, and
        // begins with the bans that this server knows.
        var stored = StoreStack.GuardedOf(partitions) is { Store.KeepsBans: true } guarded ? guarded : null;
        var bans = before is { Bans.IsValueCreated: true } ? before.Bans.Value : null;
        return new(
            partitions, policy.Foreign, stored is null && before is not null ? before.Bans : new(() => new CallerBans(context, stored, bans)), plan);
    }
}
