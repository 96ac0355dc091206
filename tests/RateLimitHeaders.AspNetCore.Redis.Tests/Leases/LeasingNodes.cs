namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Servers that share one plan and one clock, and take permits in batches.</summary>
internal sealed class LeasingNodes(ManualTimeProvider clock, LocalLeases leases, params Quota[] quotas) : IAsyncDisposable
{
    private static readonly Lazy<DirectGateway> s_gateway =
        new(() => Task.Run(async () => await DirectGateway.ConnectAsync(await SharedRedis.GetAsync())).GetAwaiter().GetResult());

    private static int s_plans;

    private readonly StoredPlan _plan = TestPlan.Create(clock, $"leasing{Interlocked.Increment(ref s_plans)}", quotas);
    private readonly List<LeasingQuotaCounter> _nodes = [];

    public ManualTimeProvider Clock => clock;

    public IReadOnlyList<LeasingQuotaCounter> All => _nodes;

    /// <summary>Adds servers, each with a gateway of its own that counts its calls.</summary>
    public static LeasingNodes Create(int count, LocalLeases leases, params Quota[] quotas)
    {
        var nodes = new LeasingNodes(new ManualTimeProvider(), leases, quotas);
        for (var i = 0; i < count; i++)
        {
            nodes.Add(remembersRefusals: true);
        }

        return nodes;
    }

    public List<DirectGateway> Gateways { get; } = [];

    public LeasingQuotaCounter Add(bool remembersRefusals)
    {
        var options = RedisTesting.OptionsOf(clock) with { RememberRefusals = remembersRefusals, LocalLeases = leases };
        var gateway = s_gateway.Value.Share();
        Gateways.Add(gateway);
        _nodes.Add(new LeasingQuotaCounter(
            new RedisQuotaCounter(_plan, gateway, TakeGroups.Of(gateway, options), options, Fallback.Create(options, _plan)), leases, options.Deadline));
        return _nodes[^1];
    }

    public Task<ExternalLease> TakeAsync(int node = 0, int permits = 1, params double[] limits) =>
        _nodes[node].AcquireAsync(new RateLimitPrincipal("user", "alice"), permits, limits).AsTask();

    /// <summary>Takes permits one by one, all of which are granted, each when nothing is under way.</summary>
    public async Task TakeManyAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.True((await TakeAsync()).IsAcquired);
            await SettleAsync();
        }
    }

    /// <summary>Takes permits one by one until none are left.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> DrainAsync(int node)
    {
        for (var admitted = 0; ; admitted++)
        {
            if (!(await TakeAsync(node)).IsAcquired)
            {
                return admitted;
            }
        }
    }

    /// <summary>Waits for the calls that no request waits for.</summary>
    public async Task SettleAsync()
    {
        for (var attempt = 0; _nodes.Any(node => node.CallsBehind > 0); attempt++)
        {
            Assert.True(attempt < 100_000, "Calls come to no end.");
            await (attempt < 1_000 ? Task.Run(() => Thread.SpinWait(100)) : Task.Delay(1));
        }
    }

    public async Task AdvanceAsync(TimeSpan time)
    {
        await SettleAsync();
        clock.Advance(time);
        await SettleAsync();
    }

    /// <summary>
    /// Disposes the servers, on another thread: this one may be that on which the client library tells its answers, one after
    /// the other, and a server that is disposed waits for one.
    /// </summary>
    public ValueTask DisposeAsync() => new(Task.Run(() => _nodes.ForEach(node => node.Dispose())));
}
