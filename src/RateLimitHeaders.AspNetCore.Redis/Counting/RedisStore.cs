using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Counts all plans in Redis.</summary>
internal sealed class RedisStore : RateLimitStore, IDisposable
{
    private readonly RedisStoreOptions _options;
    private readonly RedisConnection _connection;
    private readonly IScriptRunner _runner;
    private readonly TakeGroups _takes;
    private readonly CombinedTakes _combined;
    private readonly LookGroups _looks;
    private readonly KeyScan _scan;
    private readonly ServerInspection _inspection;
    private readonly bool _hasConnection;

    /// <param name="options">The settings.</param>
    /// <param name="open">
    /// Finds the connection of the application, which closes it; <see langword="null"/> to create one by the connection string.
    /// </param>
    public RedisStore(RedisStoreOptions options, Func<Task<IConnectionMultiplexer>>? open)
    {
        _options = options;
        _hasConnection = open is not null;
        _connection = open is null ? RedisConnection.Of(options.Configuration ?? "") : new RedisConnection(open, isOwn: false);
        _runner = options.DecorateRunner(new ScriptRunner(_connection, options.GroupCalls));
        _takes = new TakeGroups(_runner);
        _combined = new CombinedTakes(_runner);
        _looks = new LookGroups(_runner);
        _scan = new KeyScan(_connection);
        _inspection = new ServerInspection(options.KeyPrefix);
    }

    public override string Name => "Redis";

    public override RateLimitStoreOptions Options => _options;

    public override string? ConfigurationPath => _options.Section;

    public override IEnumerable<RateLimitConfigurationError> Validate(IReadOnlyCollection<PlanDefinition> plans) =>
    [
        .. _options.Findings.Errors,
        .. _hasConnection ? [] : RedisStoreChecks.Connection(_options),
        .. RedisStoreChecks.Settings(_options),
        .. plans.SelectMany(RedisStoreChecks.Plan),
    ];

    /// <remarks>One script for every hundred plans, or in a cluster calls that are sent together: one round trip for every hundred plans.</remarks>
    public override ValueTask PeekAsync(ReadOnlyMemory<StorePeek> peeks, CancellationToken cancellationToken) =>
        new(_looks.DemandAsync([.. peeks.ToArray().Select(peek => ((RedisPartitions)peek.Partitions).Look(peek.Arguments))], cancellationToken));

    public override StorePartitions CreatePartitions(PartitionsContext context) => new RedisPartitions(context, _runner, _takes, _looks, _scan, _options);

    public override bool CombinesPlans => true;

    public override ValueTask<bool> AcquireAsync(ReadOnlyMemory<PlanAcquisition> plans) =>
        _combined.RunAsync([.. plans.ToArray().Select(plan => ((RedisPartitions)plan.Partitions).Prepare(plan))]);

    /// <remarks>
    /// The first connection and the first script of a process take longer than most deadlines, because their code is compiled. No
    /// request waits for them.
    /// </remarks>
    public override Task WarmUpAsync(CancellationToken cancellationToken) =>
        _runner.RunAsync(Scripts.Check, [$"{_options.KeyPrefix}:check:{{}}"], []).WaitObservedAsync(cancellationToken);

    public override Task<IReadOnlyList<string>> InspectAsync(CancellationToken cancellationToken) => _connection.Multiplexer is { } multiplexer
        ? _inspection.RunAsync(multiplexer).WaitObservedAsync(cancellationToken)
        : base.InspectAsync(cancellationToken);

    public void Dispose() => _connection.Dispose();
}
