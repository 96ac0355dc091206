using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Configures rate limits and their headers. A quota that is added here, on the outermost builder, limits all endpoints and
/// all callers, each apart: it is the short form of a default policy.
/// </summary>
/// <remarks>Faults are gathered and stop the start-up with one <see cref="RateLimitConfigurationException"/>.</remarks>
public sealed class RateLimitHeadersBuilder : QuotaBuilder<RateLimitHeadersBuilder>
{
    /// <summary>The name of the default policy: <c>default</c>.</summary>
    public const string DefaultPolicyName = "default";

    /// <summary>The most callers of one token type that a policy counts apart, unless <see cref="MaxPartitions"/> says otherwise.</summary>
    internal const int DefaultMaxPartitions = 250_000;

    private readonly List<PolicySource> _policies = [];
    private readonly PrincipalsBuilder _principals;
    private readonly HeadersBuilder _headers;
    private string? _defaultPolicy;
    private int _maxPartitions = DefaultMaxPartitions;
    private TimeProvider? _timeProvider;
    private QuotaStore? _store;
    private Func<HttpContext, bool>? _exemptWhen;
    private Func<RateLimitRefusal, ValueTask>? _onRefused;

    internal RateLimitHeadersBuilder(IServiceProvider services)
        : base(new BuilderState(), PolicyBuilder.PlaceOf(DefaultPolicyName))
    {
        ApplicationServices = services;
        _principals = new PrincipalsBuilder(State);
        _headers = new HeadersBuilder(State);
    }

    /// <summary>Gets the application's services, for settings that need one.</summary>
    public IServiceProvider ApplicationServices { get; }

    /// <summary>
    /// Tells how callers are told apart; by default the authenticated user (token type <c>user</c>), else the client's
    /// address (<c>anonymous</c>).
    /// </summary>
    /// <param name="configure">Adds the rules, in their order.</param>
    /// <returns>This builder.</returns>
    public RateLimitHeadersBuilder Principals(Action<PrincipalsBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        State.ThrowIfUsed();
        configure(_principals);
        return this;
    }

    /// <summary>
    /// Adds a policy that endpoints require by <c>RequireRateLimiting(name)</c> or <c>[EnableRateLimiting(name)]</c>. Whatever
    /// its name, it is no default policy until <see cref="DefaultPolicy(string)"/> makes it one.
    /// </summary>
    /// <param name="name">The name, of printable ASCII characters.</param>
    /// <param name="configure">Configures the policy.</param>
    /// <returns>This builder.</returns>
    public RateLimitHeadersBuilder AddPolicy(string name, Action<PolicyBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        State.ThrowIfUsed();
        CheckName(name);
        var policy = new PolicyBuilder(State, name);
        configure(policy);
        _policies.Add(new QuotaPolicySource(name, policy));
        return this;
    }

    /// <summary>
    /// Adds a policy of partitions and limiters of somebody else's: the delegate that the <c>AddPolicy</c> of ASP.NET Core's
    /// own <c>AddRateLimiter</c> takes. The headers tell what such a limiter tells, and leave out the rest.
    /// </summary>
    /// <typeparam name="TPartitionKey">The type of the partition keys.</typeparam>
    /// <param name="name">The name, of printable ASCII characters.</param>
    /// <param name="partitioner">Gives the partition of a request. If it or its limiter throws, the request is refused with 503.</param>
    /// <param name="resource">The name for <c>X-RateLimit-Resource</c>; the policy's name by default.</param>
    /// <param name="headers">When responses carry headers; by default as <see cref="HeadersBuilder.When"/> says.</param>
    /// <returns>This builder.</returns>
    public RateLimitHeadersBuilder AddPolicy<TPartitionKey>(
        string name,
        Func<HttpContext, RateLimitPartition<TPartitionKey>> partitioner,
        string? resource = null,
        HeadersWhen? headers = null)
        where TPartitionKey : notnull
    {
        ArgumentNullException.ThrowIfNull(partitioner);
        State.ThrowIfUsed();
        CheckName(name);
        if (resource is not null && !StructuredText.IsPrintable(resource))
        {
            State.Find($"{PolicyBuilder.PlaceOf(name)}Resource is \"{resource}\"; give a name of printable ASCII characters, which a header field can hold.");
        }

        _policies.Add(new ForeignPolicySource<TPartitionKey>(name, resource, partitioner, headers));
        return this;
    }

    /// <summary>Configures the policy of all endpoints that require no other.</summary>
    /// <param name="configure">Configures the policy.</param>
    /// <returns>This builder.</returns>
    public RateLimitHeadersBuilder DefaultPolicy(Action<PolicyBuilder> configure)
    {
        AddPolicy(DefaultPolicyName, configure);
        return DefaultPolicy(DefaultPolicyName);
    }

    /// <summary>Makes a policy that of all endpoints that require no other.</summary>
    /// <param name="name">The name of a policy that is added, before or after.</param>
    /// <returns>This builder.</returns>
    public RateLimitHeadersBuilder DefaultPolicy(string name)
    {
        State.ThrowIfUsed();
        if (_defaultPolicy is not null && _defaultPolicy != name)
        {
            State.Find($"DefaultPolicy is \"{_defaultPolicy}\" and \"{name}\"; choose one.");
        }

        _defaultPolicy = name;
        return this;
    }

    /// <summary>Chooses the header families; by default <c>X-RateLimit-Limit</c>, <c>-Remaining</c> and <c>-Reset</c>.</summary>
    /// <param name="configure">Chooses.</param>
    /// <returns>This builder.</returns>
    public RateLimitHeadersBuilder Headers(Action<HeadersBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        State.ThrowIfUsed();
        configure(_headers);
        return this;
    }

    /// <summary>Does not limit certain requests, such as a health probe's. If it throws, that is logged and the request is limited.</summary>
    /// <param name="condition">What must hold of such a request.</param>
    /// <returns>This builder.</returns>
    public RateLimitHeadersBuilder ExemptWhen(Func<HttpContext, bool> condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        State.ThrowIfUsed();
        _exemptWhen = _exemptWhen is { } other ? context => other(context) || condition(context) : condition;
        return this;
    }

    /// <summary>
    /// Replaces the body of refusals, which is problem details (RFC 9457) by default. If it throws, that is logged and the
    /// default is written.
    /// </summary>
    /// <param name="onRefused">Writes the response; its status and fields are set already, and can be changed.</param>
    /// <returns>This builder.</returns>
    public RateLimitHeadersBuilder OnRefused(Func<RateLimitRefusal, ValueTask> onRefused)
    {
        ArgumentNullException.ThrowIfNull(onRefused);
        State.ThrowIfUsed();
        _onRefused = onRefused;
        return this;
    }

    /// <summary>
    /// Bounds the memory: how many callers of one token type each policy counts apart. Those that come when there are so
    /// many share one partition, until some are dropped.
    /// </summary>
    /// <param name="perTokenType">The number, 1 or more; 250,000 by default.</param>
    /// <returns>This builder.</returns>
    public RateLimitHeadersBuilder MaxPartitions(int perTokenType)
    {
        State.ThrowIfUsed();
        if (perTokenType < 1)
        {
            State.Find($"MaxPartitions is {perTokenType}; give 1 or more.");
        }

        _maxPartitions = perTokenType;
        return this;
    }

    /// <summary>Sets the clock; by default the <see cref="TimeProvider"/> that is registered as a service, else the system's.</summary>
    /// <param name="timeProvider">The clock.</param>
    /// <returns>This builder.</returns>
    public RateLimitHeadersBuilder UseTimeProvider(TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        State.ThrowIfUsed();
        _timeProvider = timeProvider;
        return this;
    }

    /// <summary>
    /// Counts the quotas of all plans in a store, so that several servers share them; by default each counts in its own
    /// memory. Policies of foreign partitions count as they did.
    /// </summary>
    /// <param name="store">The store. It is disposed when the application stops.</param>
    /// <returns>This builder.</returns>
    public RateLimitHeadersBuilder UseStore(QuotaStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        State.ThrowIfUsed();
        if (_store is not null)
        {
            State.Find("UseStore is called twice; all plans are counted in one store.");
        }

        _store = store;
        return this;
    }

    /// <summary>Makes the engine, or throws all findings.</summary>
    internal RateLimitEngine Build()
    {
        AddOwnQuotas();
        State.Find(Validate());
        State.Use();
        RateLimitConfigurationException.ThrowIfAny(State.Findings);

        var logger = ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger(Log.Category);
        var timeProvider = _timeProvider ?? ApplicationServices.GetService<TimeProvider>() ?? TimeProvider.System;
        var metrics = new RateLimitMetrics(ApplicationServices.GetService<System.Diagnostics.Metrics.IMeterFactory>());
        var context = new PolicyContext(
            timeProvider,
            new PrincipalResolver(_principals.Rules, _principals.Address, logger),
            [.. _principals.AllTokenTypes],
            _headers.DefaultWhen,
            _maxPartitions,
            _store,
            metrics,
            logger);

        if (_store is not null)
        {
            RateLimitConfigurationException.ThrowIfAny(
                [.. _store.Validate([.. _policies.SelectMany(policy => policy.StoredPlans(context))])]);
        }

        var policies = _policies.ToDictionary(source => source.Name, source => source.Create(context), StringComparer.Ordinal);
        return new RateLimitEngine(
            policies.Values,
            new PolicySelector(policies, _defaultPolicy is null ? null : policies[_defaultPolicy], _exemptWhen, logger),
            new HeaderEmitter(_headers, RateLimitClock.For(timeProvider), logger),
            new RefusalWriter(_onRefused, logger),
            _store,
            metrics);
    }

    private void AddOwnQuotas()
    {
        if (Quotas.Count == 0)
        {
            return;
        }

        if (_defaultPolicy is not null)
        {
            State.Find($"{Place}There are quotas beside DefaultPolicy, which mean the same; move them into it.");
            return;
        }

        DefaultPolicy(policy => policy.AddAll(Quotas));
    }

    private IEnumerable<string> Validate()
    {
        string[] tokenTypes = [.. _principals.AllTokenTypes];
        var findings = _principals.Validate(ApplicationServices).Concat(_headers.Validate());
        foreach (var finding in findings.Concat(_policies.SelectMany(policy => policy.Validate(tokenTypes))))
        {
            yield return finding;
        }

        if (_policies.Count == 0 && !HasFaultyQuota)
        {
            yield return "There is no policy; add a quota, such as limits.FixedWindow(permitLimit: 100, window: TimeSpan.FromMinutes(1)), "
                + "or a policy with AddPolicy.";
        }

        var endpoints = ApplicationServices.GetService<EndpointDataSource>();
        foreach (var finding in EndpointValidator.Validate(endpoints, [.. _policies.Select(policy => policy.Name)]))
        {
            yield return finding;
        }

        foreach (var policy in _policies.GroupBy(policy => policy.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            yield return $"{PolicyBuilder.PlaceOf(policy.Key)}it is added {policy.Count()} times; give each policy a name of its own.";
        }

        if (_defaultPolicy is not null && _policies.All(policy => policy.Name != _defaultPolicy))
        {
            yield return $"DefaultPolicy is \"{_defaultPolicy}\", which does not exist; add it with AddPolicy(\"{_defaultPolicy}\", …) or correct the name.";
        }
    }

    private void CheckName(string name)
    {
        if (!StructuredText.IsPrintable(name))
        {
            State.Find($"AddPolicy has the name \"{name}\"; give a name of printable ASCII characters.");
        }
    }
}
