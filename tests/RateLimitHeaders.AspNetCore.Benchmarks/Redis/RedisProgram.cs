using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using RateLimitHeaders.AspNetCore.Redis;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>
/// Throughput of 64 callers over one connection: a bare script that increments and expires, exact mode, and leased mode. All
/// take turns in one process, round after round, so that what disturbs the machine disturbs all of them; ratios are those of
/// one and the same round.
/// </summary>
internal static class RedisProgram
{
    private const int DefaultRounds = 7;

    private static readonly TimeSpan s_turn = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(10);
    private static readonly RedisScript s_bare = new("local n = redis.call('INCR', KEYS[1]) if n == 1 then redis.call('PEXPIRE', KEYS[1], 3600000) end return n");

    /// <param name="args">How many rounds; seven.</param>
    public static async Task RunAsync(string[] args)
    {
        var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : DefaultRounds;
        using var server = RedisProcess.Start();
        using var connection = await ConnectAsync(server.Port);
        var database = connection.GetDatabase();
        await database.ScriptEvaluateAsync(s_bare.Text, [(RedisKey)"{bare}"], []);
        using var gateway = await OpenAsync(connection);

        var callers = Enumerable.Range(0, 64).Select(i => new RateLimitPrincipal("user", $"user-{i}")).ToArray();
        var keys = callers.Select(caller => new RedisKey[] { $"ratelimit:bare:{{{caller.Id}}}" }).ToArray();
        using var window = RedisPlans.Create("fixed", gateway, [RedisPlans.Fixed]);
        using var sliding = RedisPlans.Create("sliding", gateway, [RedisPlans.Sliding]);
        using var bucket = RedisPlans.Create("bucket", gateway, [RedisPlans.Bucket]);
        using var three = RedisPlans.Create("three", gateway, [RedisPlans.Fixed, RedisPlans.Sliding, RedisPlans.Bucket]);
        using var alone = RedisPlans.Create("alone", gateway, [RedisPlans.Fixed], groups: false);
        using var aloneThree = RedisPlans.Create("alone3", gateway, [RedisPlans.Fixed, RedisPlans.Sliding, RedisPlans.Bucket], groups: false);
        using var leased = RedisPlans.Create(
            "leased", gateway, [RedisPlans.Sliding], new LocalLeases(LocalLeases.DefaultMaxBatch, LocalLeases.DefaultHoldTime));
        using var leased100 = RedisPlans.Create("leased100", gateway, [RedisPlans.Sliding], new LocalLeases(100, LocalLeases.DefaultHoldTime));

        var bare = new RedisContender("bare script", async i => await database.ScriptEvaluateAsync(s_bare.Hash, keys[i], []));
        RedisContender[] exact =
        [
            new("exact, fixed window", i => TakeAsync(window, callers[i])),
            new("exact, sliding window", i => TakeAsync(sliding, callers[i])),
            new("exact, token bucket", i => TakeAsync(bucket, callers[i])),
            new("exact, all three", i => TakeAsync(three, callers[i])),
            new("exact, fixed window, a call for each", i => TakeAsync(alone, callers[i])),
            new("exact, all three, a call for each", i => TakeAsync(aloneThree, callers[i])),
        ];
        var bareSlow = new RedisContender("bare script, one at a time", async i => await database.ScriptEvaluateAsync(s_bare.Hash, keys[i], []), callers: 1);
        var exactSlow = new RedisContender("exact, fixed window, one at a time", i => TakeAsync(window, callers[i]), callers: 1);
        var one = new RedisContender("exact, sliding window, one caller", _ => TakeAsync(sliding, callers[0]));
        var hot = new RedisContender("leased, sliding window, one caller", _ => TakeAsync(leased, callers[0]));
        var small = new RedisContender("leased, the same in batches of 100", _ => TakeAsync(leased100, callers[0]));
        RedisContender[] all = [bare, .. exact, bareSlow, exactSlow, one, hot, small];
        for (var round = -1; round < rounds; round++)
        {
            foreach (var contender in all)
            {
                await contender.RunAsync(s_turn, isMeasured: round >= 0);
            }
        }

        Console.WriteLine($"{Environment.ProcessorCount} processors, which the server shares; {rounds} rounds; StackExchange.Redis {typeof(IDatabase).Assembly.GetName().Version}");
        Console.WriteLine();
        Console.WriteLine("| | calls/s, median | least | most |");
        Console.WriteLine("|---|---:|---:|---:|");
        foreach (var contender in all)
        {
            Print($"| {contender.Name} | {contender.Median:N0} | {contender.PerSecond.Min():N0} | {contender.PerSecond.Max():N0} |");
        }

        Console.WriteLine();
        Console.WriteLine("| ratio | median | least | most |");
        Console.WriteLine("|---|---:|---:|---:|");
        foreach (var contender in exact)
        {
            PrintRatio(contender, bare);
        }

        PrintRatio(exactSlow, bareSlow);
        PrintRatio(hot, one);
        PrintRatio(small, one);
    }

    private static async ValueTask TakeAsync(QuotaCounter counter, RateLimitPrincipal caller)
    {
        using var lease = await counter.AcquireAsync(caller, 1, []);
        if (!lease.IsAcquired || lease.Statuses.IsEmpty)
        {
            throw new InvalidOperationException("Redis has not answered.");
        }
    }

    private static async Task<ConnectionMultiplexer> ConnectAsync(int port)
    {
        var options = ConfigurationOptions.Parse($"127.0.0.1:{port},abortConnect=false,connectRetry=50,connectTimeout=1000");
        var connection = await ConnectionMultiplexer.ConnectAsync(options);
        for (var attempt = 0; !connection.IsConnected && attempt < 100; attempt++)
        {
            await Task.Delay(50);
        }

        return connection;
    }

    private static async Task<ScriptGateway> OpenAsync(IConnectionMultiplexer connection)
    {
        var gateway = new ScriptGateway(
            RedisConnection.Of(connection),
            new GatewaySettings(s_deadline, "ratelimit", "there is nothing to measure", RefusesMeanwhile: true, SharesCalls: true),
            TimeProvider.System,
            NullLogger.Instance,
            new RedisMetrics(null));
        gateway.Start();
        await gateway.WarmUp;
        if (!gateway.SeesAllKeys())
        {
            throw new InvalidOperationException("Redis takes no calls with the keys of several callers.");
        }

        return gateway;
    }

    private static void PrintRatio(RedisContender faster, RedisContender slower)
    {
        var ratios = faster.PerSecond.Zip(slower.PerSecond, (one, other) => one / other).ToArray();
        Print($"| {faster.Name} : {slower.Name} | {RedisContender.MedianOf(ratios):0.00} | {ratios.Min():0.00} | {ratios.Max():0.00} |");
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
