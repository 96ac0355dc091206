namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Counts all plans in Redis.</summary>
internal sealed class RedisQuotaStore : QuotaStore
{
    private readonly RedisStoreOptions _options;
    private readonly IReadOnlyList<string> _findings;
    private readonly Func<TimeProvider, IScriptGateway> _open;
    private readonly Lock _lock = new();
    private IScriptGateway? _gateway;
    private TakeGroups? _groups;

    /// <param name="options">The settings.</param>
    /// <param name="findings">What is wrong with the connection.</param>
    /// <param name="open">Makes the way to Redis, once the settings are known to be right.</param>
    public RedisQuotaStore(RedisStoreOptions options, IEnumerable<string> findings, Func<TimeProvider, IScriptGateway> open)
    {
        _options = options;
        _findings = [.. findings];
        _open = open;
    }

    public override IEnumerable<string> Validate(IReadOnlyCollection<StoredPlan> plans) =>
    [
        .. _findings,
        .. RedisStoreRules.Settings(_options),
        .. plans.SelectMany(RedisStoreRules.Plan),
        .. LocalLeaseRules.Of(_options, plans),
    ];

    public override QuotaCounter CreateCounter(StoredPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        lock (_lock)
        {
            _gateway ??= _open(plan.TimeProvider);
            _groups ??= TakeGroups.Of(_gateway, _options);
            var exact = new RedisQuotaCounter(plan, _gateway, _groups, _options, Fallback.Create(_options, plan));
            return _options.LocalLeases is { } leases && !exact.Calls.HasConcurrency
                ? new LeasingQuotaCounter(exact, leases, _options.Deadline)
                : exact;
        }
    }

    protected override void Dispose(bool disposing)
    {
        _gateway?.Dispose();
        base.Dispose(disposing);
    }
}
