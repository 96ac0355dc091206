using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Configures rate limits and their headers. A quota that is added here, on the outermost builder, limits all endpoints and
/// all callers, each apart: it is the short form of a default policy.
/// </summary>
/// <remarks>Faults are gathered and stop the start-up with one <see cref="RateLimitConfigurationException"/>.</remarks>
public sealed partial class RateLimitHeadersBuilder : QuotaBuilder<RateLimitHeadersBuilder>
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
    /// <remarks>
    /// A partition is dropped when all of its limits are available again: a quarter of the longest window later at most, or
    /// five minutes later where there are so many that looking through them more often would take more than a quarter of a
    /// percent of a processor; within a second or two where there is no room for another one.
    /// </remarks>
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
}
