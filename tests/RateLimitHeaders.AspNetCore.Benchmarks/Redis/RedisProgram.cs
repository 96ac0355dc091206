using System.Globalization;
using RateLimitHeaders.AspNetCore.Redis;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>
/// Throughput of 64 callers over one connection: a bare script that increments and expires, exact mode, and local batches. All
/// take turns in one process, round after round, so that what disturbs the machine disturbs all of them; ratios are those of
/// one and the same round.
/// </summary>
internal static class RedisProgram
{
    private const int DefaultRounds = 7;

    private static readonly TimeSpan s_turn = TimeSpan.FromSeconds(1);
    private static readonly long[] s_costs = [1, 1, 1];
    private static readonly RedisScript s_bare = new("local n = redis.call('INCR', KEYS[1]) if n == 1 then redis.call('PEXPIRE', KEYS[1], 3600000) end return n");

    /// <param name="args">How many rounds; seven.</param>
    public static async Task RunAsync(string[] args)
    {
        var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : DefaultRounds;
        using var server = RedisProcess.Start();
        using var connection = await ConnectAsync(server.Port);
        var database = connection.GetDatabase();
        await database.ScriptEvaluateAsync(s_bare.Text, [(RedisKey)"{bare}"], []);
        using var grouping = await RedisPlans.OpenAsync(connection);
        using var single = await RedisPlans.OpenAsync(connection, groups: false);
        using var batching = await RedisPlans.OpenAsync(connection, new LocalBatchOptions());
        using var batching100 = await RedisPlans.OpenAsync(connection, new LocalBatchOptions { MaxBatch = 100 });

        var callers = Enumerable.Range(0, 64).Select(i => new RateLimitPrincipal("user", $"user-{i}")).ToArray();
        var keys = callers.Select(caller => new RedisKey[] { $"ratelimit:bare:{{{caller.Id}}}" }).ToArray();
        using var window = RedisPlans.Create("fixed", grouping, RedisPlans.Fixed);
        using var sliding = RedisPlans.Create("sliding", grouping, RedisPlans.Sliding);
        using var bucket = RedisPlans.Create("bucket", grouping, RedisPlans.Bucket);
        using var three = RedisPlans.Create("three", grouping, RedisPlans.Fixed, RedisPlans.Sliding, RedisPlans.Bucket);
        using var alone = RedisPlans.Create("alone", single, RedisPlans.Fixed);
        using var aloneThree = RedisPlans.Create("alone3", single, RedisPlans.Fixed, RedisPlans.Sliding, RedisPlans.Bucket);
        using var batches = RedisPlans.Create("batches", batching, RedisPlans.Sliding);
        using var batches100 = RedisPlans.Create("batches100", batching100, RedisPlans.Sliding);

        var bare = new RedisContender("bare script", async i => await database.ScriptEvaluateAsync(s_bare.Hash, keys[i], []));
        RedisContender[] exact =
        [
            new("exact, fixed window", i => TakeAsync(window, callers[i])),
            new("exact, sliding window", i => TakeAsync(sliding, callers[i])),
            new("exact, token bucket", i => TakeAsync(bucket, callers[i])),
            new("exact, all three", i => TakeAsync(three, callers[i], quotas: 3)),
            new("exact, fixed window, a call for each", i => TakeAsync(alone, callers[i])),
            new("exact, all three, a call for each", i => TakeAsync(aloneThree, callers[i], quotas: 3)),
        ];
        var bareSlow = new RedisContender("bare script, one at a time", async i => await database.ScriptEvaluateAsync(s_bare.Hash, keys[i], []), callers: 1);
        var exactSlow = new RedisContender("exact, fixed window, one at a time", i => TakeAsync(window, callers[i]), callers: 1);
        var oneFixed = new RedisContender("exact, fixed window, one caller", _ => TakeAsync(window, callers[0]));
        var one = new RedisContender("exact, sliding window, one caller", _ => TakeAsync(sliding, callers[0]));
        var hot = new RedisContender("local batches, sliding window, one caller", _ => TakeAsync(batches, callers[0]));
        var small = new RedisContender("local batches, the same in batches of 100", _ => TakeAsync(batches100, callers[0]));
        RedisContender[] all = [bare, .. exact, bareSlow, exactSlow, oneFixed, one, hot, small];
        for (var round = -1; round < rounds; round++)
        {
            // Every other round runs backwards, so that none always comes after the same.
            foreach (var contender in round % 2 == 0 ? all : all.Reverse())
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
        PrintRatio(oneFixed, exact[0]);
        PrintRatio(one, exact[1]);
        PrintRatio(hot, one);
        PrintRatio(small, one);
    }

    /// <summary>Connects to a server that may just be starting.</summary>
    public static async Task<ConnectionMultiplexer> ConnectAsync(int port)
    {
        var options = ConfigurationOptions.Parse($"127.0.0.1:{port},abortConnect=false,connectRetry=50,connectTimeout=1000,allowAdmin=true");
        var connection = await ConnectionMultiplexer.ConnectAsync(options);
        for (var attempt = 0; !connection.IsConnected && attempt < 100; attempt++)
        {
            await Task.Delay(50);
        }

        return connection;
    }

    private static async ValueTask TakeAsync(PlanPartitions partitions, RateLimitPrincipal caller, int quotas = 1)
    {
        var decision = new RateLimitDecision { Caller = caller };
        await partitions.AcquireAsync(new AcquireArguments(caller, s_costs.AsMemory(0, quotas), limits: default), decision);
        if (!decision.IsAcquired)
        {
            throw new InvalidOperationException("Redis has not answered.");
        }
    }

    private static void PrintRatio(RedisContender faster, RedisContender slower)
    {
        var ratios = faster.PerSecond.Zip(slower.PerSecond, (one, other) => one / other).ToArray();
        Print($"| {faster.Name} : {slower.Name} | {RedisContender.MedianOf(ratios):0.00} | {ratios.Min():0.00} | {ratios.Max():0.00} |");
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
