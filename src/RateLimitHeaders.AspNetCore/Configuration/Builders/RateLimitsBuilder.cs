using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Configures rate limits and their headers. A quota that is added here, on the outermost builder, limits each caller
/// on all requests whose endpoint requires no policy, or that have no endpoint: it is the short form of a default policy.
/// </summary>
/// <remarks>
/// The methods write into <see cref="RateLimitHeadersOptions"/>. All errors stop the start-up with one
/// <see cref="RateLimitConfigurationException"/>.
/// </remarks>
public sealed class RateLimitsBuilder : QuotaBuilder<RateLimitsBuilder>
{
    /// <summary>The name of the default policy: <c>default</c>.</summary>
    public const string DefaultPolicyName = "default";

    /// <summary>The name of the global policy that <see cref="Global(Action{PolicyBuilder})"/> configures: <c>global</c>.</summary>
    public const string GlobalPolicyName = "global";

    private readonly RateLimitHeadersOptions _options;

    private RateLimitsBuilder(BuilderState state, RateLimitHeadersOptions options, IServiceProvider services)
        : base(state, options.Quotas, path: string.Empty)
    {
        _options = options;
        ApplicationServices = services;
    }

    /// <summary>Gets the application's services, for settings that need a service.</summary>
    public IServiceProvider ApplicationServices { get; }

    /// <summary>
    /// Adds the rules that identify callers; by default they are identified by the authenticated user (token type <c>user</c>), or else
    /// by the client IP address (<c>anonymous</c>).
    /// </summary>
    /// <param name="configure">Adds the rules, in their order.</param>
    /// <returns>This builder.</returns>
    public RateLimitsBuilder Principals(Action<PrincipalsBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return Set(() => configure(new PrincipalsBuilder(State, _options.Principals)));
    }

    /// <summary>Chooses the header families; by default <c>X-RateLimit-Limit</c>, <c>-Remaining</c> and <c>-Reset</c>.</summary>
    /// <param name="configure">Chooses the families.</param>
    /// <returns>This builder.</returns>
    public RateLimitsBuilder Headers(Action<HeadersBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return Set(() => configure(new HeadersBuilder(State, _options.Headers)));
    }

    /// <summary>
    /// Adds a policy that endpoints require with <c>RequireRateLimiting(name)</c> or <c>[EnableRateLimiting(name)]</c>. Whatever
    /// its name, it is not the default policy until <see cref="DefaultPolicy(string)"/> makes it the default.
    /// </summary>
    /// <param name="name">The name, of printable ASCII characters.</param>
    /// <param name="configure">Configures the policy.</param>
    /// <returns>This builder.</returns>
    public RateLimitsBuilder AddPolicy(string name, Action<PolicyBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        configure(new PolicyBuilder(State, Add(name, new PolicyOptions()), OptionsPath.Policy(name)));
        return this;
    }

    /// <summary>
    /// Adds a policy of the application's own partitions and limiters, with the delegate that the <c>AddPolicy</c> of ASP.NET Core's
    /// <c>AddRateLimiter</c> takes. The headers show what such a limiter reports, and omit the rest.
    /// </summary>
    /// <typeparam name="TPartitionKey">The type of the partition keys. Requests with the key <see langword="null"/> share a partition.</typeparam>
    /// <param name="name">The name, of printable ASCII characters.</param>
    /// <param name="partitioner">Returns the partition of a request. If it or its limiter throws, the request is rejected with 503.</param>
    /// <param name="resource">The name for <c>X-RateLimit-Resource</c>; the policy's name by default.</param>
    /// <param name="headers">When responses carry headers; by default as <see cref="HeadersBuilder.When"/> sets.</param>
    /// <returns>This builder.</returns>
    public RateLimitsBuilder AddPolicy<TPartitionKey>(
        string name,
        Func<HttpContext, RateLimitPartition<TPartitionKey>> partitioner,
        string? resource = null,
        HeadersWhen? headers = null)
    {
        ArgumentNullException.ThrowIfNull(partitioner);
        Add(name, new PolicyOptions
        {
            Foreign = new ForeignPartitioner<TPartitionKey>(partitioner),
            Resource = resource,
            Headers = headers,
        });
        return this;
    }

    /// <summary>
    /// Adds a policy object of ASP.NET Core's own rate limiting, as its <c>AddPolicy</c> takes it. Its <c>OnRejected</c> is called; if
    /// that writes no body and keeps the status, problem details (RFC 9457) are written.
    /// </summary>
    /// <typeparam name="TPartitionKey">The type of the partition keys.</typeparam>
    /// <param name="name">The name, of printable ASCII characters.</param>
    /// <param name="policy">The policy.</param>
    /// <returns>This builder.</returns>
    public RateLimitsBuilder AddPolicy<TPartitionKey>(string name, IRateLimiterPolicy<TPartitionKey> policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        Add(name, StockPolicy.OptionsOf(policy));
        return this;
    }

    /// <summary>Adds a policy object of ASP.NET Core's own rate limiting, which is created with the application's services.</summary>
    /// <typeparam name="TPartitionKey">The type of the partition keys.</typeparam>
    /// <typeparam name="TPolicy">The type of the policy.</typeparam>
    /// <param name="name">The name, of printable ASCII characters.</param>
    /// <returns>This builder.</returns>
    public RateLimitsBuilder AddPolicy<TPartitionKey, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TPolicy>(string name)
        where TPolicy : IRateLimiterPolicy<TPartitionKey> =>
        AddPolicy(name, (IRateLimiterPolicy<TPartitionKey>)ActivatorUtilities.CreateInstance<TPolicy>(ApplicationServices));

    /// <summary>
    /// Configures the default policy, which applies to all requests whose endpoint requires no policy, or that have no endpoint, such as
    /// those of static files.
    /// </summary>
    /// <param name="configure">Configures the policy.</param>
    /// <returns>This builder.</returns>
    public RateLimitsBuilder DefaultPolicy(Action<PolicyBuilder> configure)
    {
        AddPolicy(DefaultPolicyName, configure);
        return DefaultPolicy(DefaultPolicyName);
    }

    /// <summary>
    /// Makes the default policy count with the partitions and limiters of the application, with the delegate that
    /// ASP.NET Core's <c>AddPolicy</c> takes. Its name is <see cref="DefaultPolicyName"/>.
    /// </summary>
    /// <typeparam name="TPartitionKey">The type of the partition keys. Requests with the key <see langword="null"/> share a partition.</typeparam>
    /// <param name="partitioner">Returns the partition of a request. If it or its limiter throws, the request is rejected with 503.</param>
    /// <param name="resource">The name for <c>X-RateLimit-Resource</c>; the policy's name by default.</param>
    /// <param name="headers">When responses carry headers; by default as <see cref="HeadersBuilder.When"/> sets.</param>
    /// <returns>This builder.</returns>
    public RateLimitsBuilder DefaultPolicy<TPartitionKey>(
        Func<HttpContext, RateLimitPartition<TPartitionKey>> partitioner, string? resource = null, HeadersWhen? headers = null)
    {
        AddPolicy(DefaultPolicyName, partitioner, resource, headers);
        return DefaultPolicy(DefaultPolicyName);
    }

    /// <summary>Makes a policy the default: it applies to all requests whose endpoint requires no policy, or that have no endpoint.</summary>
    /// <param name="name">The name of a policy that is added, before or after.</param>
    /// <returns>This builder.</returns>
    public RateLimitsBuilder DefaultPolicy(string name) =>
        Choose(_options.DefaultPolicy, name, RateLimitErrorIds.DefaultPolicySeveral, OptionsPath.DefaultPolicy, () => _options.DefaultPolicy = name);

    /// <summary>
    /// Configures the global policy, which applies to all requests in addition to the policy of their endpoint: both admit a request, or neither
    /// charges it, and the headers show the quotas of both. Neither applies to endpoints with <c>DisableRateLimiting</c>.
    /// </summary>
    /// <param name="configure">Configures the policy.</param>
    /// <returns>This builder.</returns>
    public RateLimitsBuilder Global(Action<PolicyBuilder> configure)
    {
        AddPolicy(GlobalPolicyName, configure);
        return Global(GlobalPolicyName);
    }

    /// <summary>
    /// Makes the global policy, which applies to all requests in addition to the policy of their endpoint, count with the partitions and limiters
    /// of the application, with the delegate that ASP.NET Core's <c>AddPolicy</c> takes. Its name is <see cref="GlobalPolicyName"/>.
    /// </summary>
    /// <typeparam name="TPartitionKey">The type of the partition keys. Requests with the key <see langword="null"/> share a partition.</typeparam>
    /// <param name="partitioner">Returns the partition of a request. If it or its limiter throws, the request is rejected with 503.</param>
    /// <param name="resource">The name for <c>X-RateLimit-Resource</c>; the policy's name by default.</param>
    /// <param name="headers">When responses carry headers; by default as <see cref="HeadersBuilder.When"/> sets.</param>
    /// <returns>This builder.</returns>
    public RateLimitsBuilder Global<TPartitionKey>(
        Func<HttpContext, RateLimitPartition<TPartitionKey>> partitioner, string? resource = null, HeadersWhen? headers = null)
    {
        AddPolicy(GlobalPolicyName, partitioner, resource, headers);
        return Global(GlobalPolicyName);
    }

    /// <summary>Makes a policy the global one, which applies to all requests in addition to the policy of their endpoint.</summary>
    /// <param name="name">The name of a policy that is added, before or after.</param>
    /// <returns>This builder.</returns>
    public RateLimitsBuilder Global(string name) =>
        Choose(_options.GlobalPolicy, name, RateLimitErrorIds.GlobalPolicySeveral, OptionsPath.GlobalPolicy, () => _options.GlobalPolicy = name);

    /// <summary>
    /// Applies all policies that an endpoint requires, such as those of an attribute of the class and an attribute of the method.
    /// By default, as in ASP.NET Core, only the nearest one applies.
    /// </summary>
    /// <returns>This builder.</returns>
    public RateLimitsBuilder CombinePolicies() => Set(() => _options.CombinePolicies = true);

    /// <summary>
    /// Counts requests and rejects none, under all plans without an <c>Enforce</c> of their own or of their policy; see
    /// <see cref="PlanBuilder.ReportOnly"/>.
    /// </summary>
    /// <returns>This builder.</returns>
    public RateLimitsBuilder ReportOnly() => EnforceFor(0);

    /// <summary>
    /// Enforces all plans without an <c>Enforce</c> of their own or of their policy for a share of their callers, as
    /// <see cref="PlanBuilder.EnforceFor"/> does.
    /// </summary>
    /// <param name="share">The share of the callers, from 0, which is report-only, to 1, which is all; see <see cref="RateLimitHeadersOptions.Enforce"/>.</param>
    /// <returns>This builder.</returns>
    public RateLimitsBuilder EnforceFor(double share) => Set(() => _options.Enforce = share);

    /// <summary>
    /// Does not limit certain requests, such as those of a health probe. If the condition throws, the exception is logged and the request is
    /// limited.
    /// </summary>
    /// <param name="condition">Returns whether a request is exempt.</param>
    /// <returns>This builder.</returns>
    public RateLimitsBuilder ExemptWhen(Func<HttpContext, bool> condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return Set(() => _options.ExemptWhen = _options.ExemptWhen is { } other ? context => other(context) || condition(context) : condition);
    }

    /// <summary>
    /// Sets a function that is called with each rejection, and may write the body instead of problem details (RFC 9457). If it writes no body and
    /// keeps the status, for example because it only logs, or throws, which is logged, the default body is written. With another status and no
    /// body written by the function, the response has no body. A policy may have a function of its own.
    /// </summary>
    /// <param name="onRejected">The function. The status and the fields of the response are already set, and can be changed.</param>
    /// <returns>This builder.</returns>
    public RateLimitsBuilder OnRejected(Func<RateLimitRejection, ValueTask> onRejected)
    {
        ArgumentNullException.ThrowIfNull(onRejected);
        return Set(() => _options.OnRejected = onRejected);
    }

    /// <summary>
    /// Limits the memory: sets how many callers of one token type each policy counts separately. Callers beyond that share partitions until some
    /// partitions are dropped: callers with an address, or with an id that no rule has checked, share one with their network (IPv4 /24,
    /// IPv6 /48); partitions that <c>PartitionBy…</c> makes of a user share one that the user's id chooses; all others share one.
    /// </summary>
    /// <remarks>
    /// A partition is dropped after all of its limits are available again. This takes at most a quarter of the longest window, or a
    /// second if that is longer. It takes up to five minutes if there are so many partitions that more frequent sweeps would take more than a
    /// quarter of a percent of a processor, and a second or two if there is no room for another partition.
    /// </remarks>
    /// <param name="perTokenType">The number, 1 or more; 250,000 by default.</param>
    /// <returns>This builder.</returns>
    public RateLimitsBuilder MaxPartitions(int perTokenType) => Set(() => _options.MaxPartitions = perTokenType);

    /// <summary>
    /// Adds a keyed hash of the caller to the log event of a rejection, as <see cref="RateLimitHeadersOptions.LogCallers"/> does.
    /// Without it, the event has only the policy, the token type and the quota.
    /// </summary>
    /// <returns>This builder.</returns>
    public RateLimitsBuilder LogCallers() => Set(() => _options.LogCallers = true);

    /// <summary>Sets the clock; by default the <see cref="TimeProvider"/> that is registered as a service, or else the system's.</summary>
    /// <param name="timeProvider">The clock.</param>
    /// <returns>This builder.</returns>
    public RateLimitsBuilder UseTimeProvider(TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        return Set(() => _options.TimeProvider = timeProvider);
    }

    /// <summary>Calls a function that writes into options. Its builders cannot be used afterwards.</summary>
    internal static void Configure(RateLimitHeadersOptions options, IServiceProvider services, Action<RateLimitsBuilder> configure)
    {
        var state = new BuilderState(options.Conflicts);
        configure(new RateLimitsBuilder(state, options, services));
        state.End();
    }

    private RateLimitsBuilder Choose(string? chosen, string name, string errorId, string setting, Action choose)
    {
        ArgumentNullException.ThrowIfNull(name);
        State.ThrowIfOver();
        if (chosen is not null && chosen != name)
        {
            State.AddConflict(errorId, setting, $"{setting} is \"{chosen}\" and \"{name}\"; choose one.");
        }

        choose();
        return this;
    }

    private PolicyOptions Add(string name, PolicyOptions policy)
    {
        ArgumentNullException.ThrowIfNull(name);
        State.ThrowIfOver();
        if (!_options.Policies.TryAdd(name, policy))
        {
            State.AddConflict(
                RateLimitErrorIds.PolicyRepeated,
                OptionsPath.Policy(name),
                $"Several policies are named \"{name}\"; give each a name of its own.");
        }

        return policy;
    }
}
