using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Reads configuration again when it has changed, and puts all of it in force together. Errors are logged, and the limits
/// in force are kept.
/// </summary>
internal sealed class LimitsReload(
    ConfiguredLimits limits,
    IOptionsMonitor<RateLimitHeadersOptions> code,
    MappedEndpoints endpoints,
    IServiceProvider services,
    ILoggerFactory loggers) : IDisposable
{
    /// <summary>How long configuration must be unchanged before it is read.</summary>
    internal static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(250);

    /// <summary>The time after which it is read even though it continues to change.</summary>
    internal static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();

    // It is called by the timer: an exception of the application's log would end the process.
    private readonly SafeLogger _logger = new(loggers.CreateLogger(Log.Category));
    private RateLimitRuntime? _runtime;
    private ReloadMetrics? _metrics;
    private StartSettings? _atStart;

    // Options that are bound with change tokens run code again whenever a file changes, which would then return other functions.
    private RateLimitHeadersOptions? _optionsOfCode;
    private QuietDelay? _delay;
    private IReadOnlyList<IChangeToken> _tokens = [];
    private IReadOnlyList<IDisposable> _subscriptions = [];
    private bool _areEndpointsChecked;
    private IReadOnlyList<IConfigurationSection> _sectionsThere = [];

    /// <summary>Gets the status of reloading; <see langword="null"/> while no pipeline uses the limits.</summary>
    public ReloadStatus? Status { get; private set; }

    /// <summary>Gets the time since the limits in force were applied, once a pipeline uses them.</summary>
    public TimeSpan Age => TimeProvider.GetElapsedTime(Status!.Timestamp);

    private TimeProvider TimeProvider => _runtime!.Current.Definition.TimeProvider;

    /// <summary>Takes the change tokens of configuration, before it is read for the first time.</summary>
    public void Watch() => _tokens = [.. limits.Sections.Select(section => section.GetReloadToken())];

    /// <summary>Begins to reload changes since <see cref="Watch"/>.</summary>
    /// <param name="runtime">The runtime, with the initial configuration.</param>
    /// <param name="ofCode">The options of code, which are not changed.</param>
    /// <param name="options">The options that the runtime was created from, with configuration.</param>
    /// <param name="areEndpointsChecked">Whether they were checked against the endpoints, which are otherwise not all mapped yet.</param>
    public void Start(RateLimitRuntime runtime, RateLimitHeadersOptions ofCode, RateLimitHeadersOptions options, bool areEndpointsChecked)
    {
        _runtime = runtime;
        _optionsOfCode = ofCode;
        _atStart = StartSettings.Of(runtime.Current.Definition, services);
        _sectionsThere = SectionsThere();
        Status = ReloadStatus.Now(TimeProvider);
        _metrics = new ReloadMetrics(runtime.Meter, this);
        _areEndpointsChecked = areEndpointsChecked;
        if (areEndpointsChecked)
        {
            SetupWarnings.OfConfiguration(limits, options, runtime.Current.Definition, endpoints.Source, _logger);
        }

        lock (_lock)
        {
            var delay = _delay = new QuietDelay(TimeProvider, Quiet, LongestDelay, Reload);

            // A token that has fired since Watch calls back at once. Otherwise the first change signals twice, which is one reload.
            _subscriptions =
            [
                .. _tokens.Select(token => token.RegisterChangeCallback(_ => delay.Signal(), state: null)),
                .. limits.Sections.Select(section => ChangeToken.OnChange(section.GetReloadToken, delay.Signal)),
            ];
        }

        services.GetService<IHostApplicationLifetime>()?.ApplicationStopping.Register(Dispose);
    }

    /// <summary>
    /// Checks the limits in force against the endpoints, if they were created before all endpoints were mapped, and puts in force what the
    /// pipeline has added to them since then.
    /// </summary>
    /// <exception cref="RateLimitConfigurationException">The limits cannot work with the endpoints.</exception>
    public void CheckEndpoints()
    {
        lock (_lock)
        {
            if (_runtime is not { } runtime || _areEndpointsChecked || !endpoints.AreMapped)
            {
                return;
            }

            var ofCode = code.CurrentValue;
            var options = limits.Over(ofCode);
            var definition = DefinitionOf(options);
            _optionsOfCode = ofCode;
            _areEndpointsChecked = true;
            _atStart = StartSettings.Of(definition, services);
            SetupWarnings.OfConfiguration(limits, options, definition, endpoints.Source, _logger);
            SetupWarnings.OfEndpoints(endpoints.Source, services, _logger);
            if (definition != runtime.Current.Definition)
            {
                runtime.Apply(definition);
            }
        }
    }

    /// <summary>Reads configuration now.</summary>
    public void Reload()
    {
        lock (_lock)
        {
            // It was stopped in the meantime.
            if (_delay is not null)
            {
                _metrics!.Reloaded(TryReload());
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var subscription in _subscriptions)
            {
                subscription.Dispose();
            }

            _delay?.Dispose();
            _delay = null;
        }
    }

    /// <summary>Returns the outcome as <see cref="ReloadMetrics"/> reports it.</summary>
    private string TryReload()
    {
        try
        {
            var isApplied = Apply();
            Status = isApplied ? ReloadStatus.Now(TimeProvider) with { LastFailure = Status!.LastFailure } : Status! with { IsFailing = false };
            return isApplied ? "applied" : "unchanged";
        }
#pragma warning disable CA1031 // Whatever configuration, or a service of its rules, throws: the limits in force are kept.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Status = Status! with { LastFailure = (TimeProvider.GetUtcNow(), exception), IsFailing = true };
            Log.ConfigurationFailed(_logger, exception is RateLimitConfigurationException ? exception.Message : exception.ToString());
            return "failed";
        }
    }

    private bool Apply()
    {
        var runtime = _runtime!;
        var store = services.GetService<RateLimitStore>();
        var there = SectionsThere();
        IConfigurationSection[] gone = [.. _sectionsThere.Except(there)];
        var errors = new ConfigurationErrors();
        errors.AddIf(
            gone.Length > 0,
            RateLimitErrorIds.SectionGone,
            string.Empty,
            $"The section {string.Join(", ", gone.Select(section => section.Path))} was removed; restore it, or restart to continue without it.");
        errors.ThrowIfAny();

        var options = limits.Over(_optionsOfCode!);
        var definition = DefinitionOf(options);
        foreach (var setting in _atStart!.ChangedIn(StartSettings.Of(definition, services), store?.Name))
        {
            Log.RestartNeeded(_logger, setting);
        }

        // Settings that are read at the start keep their values for new plans and rules, too.
        definition = definition with { MaxPartitions = _atStart.MaxPartitions };
        _sectionsThere = there;
        var before = runtime.Current.Definition;
        if (definition == before)
        {
            Log.ConfigurationUnchanged(_logger);
            return false;
        }

        runtime.Apply(definition);
        foreach (var (plan, change) in ShapeChanges.Between(before, definition, store is not null))
        {
            Log.CountsStartAnew(_logger, plan.PolicyName, plan.TokenType, change);
        }

        SetupWarnings.OfUnusedPolicies(runtime, services, _logger);
        Log.ConfigurationApplied(_logger);
        return true;
    }

    private RateLimitDefinition DefinitionOf(RateLimitHeadersOptions options) =>
        RateLimitDefinitionFactory.Create(options, services, endpoints.Source, services.GetService<RateLimitStore>());

    private IConfigurationSection[] SectionsThere() => [.. limits.Sections.Where(section => section.GetChildren().Any())];
}
