using System.Globalization;
using System.Text.RegularExpressions;
using RateLimitHeaders.AspNetCore.Redis;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>
/// Compares the script that nearly every decision is with the same code as a function of Redis 7, and with INCR, the least that
/// any command could cost which counts. All take turns in one process, round after round.
/// </summary>
internal static class RedisFunctionsProgram
{
    private const int Callers = 64;

    private static readonly TimeSpan s_turn = TimeSpan.FromSeconds(1);
    private static readonly long[] s_costs = [1];

    /// <param name="rounds">How many rounds.</param>
    public static async Task RunAsync(int rounds)
    {
        using var server = RedisProcess.Start();
        using var connection = await RedisProgram.ConnectAsync(server.Port);
        var database = connection.GetDatabase();
        var hash = (string)(await database.ExecuteAsync("SCRIPT", "LOAD", Scripts.Take.Text))!;
        await database.ExecuteAsync("FUNCTION", "LOAD", Library("whole", Whole(Scripts.Take.Text)));
        await database.ExecuteAsync("FUNCTION", "LOAD", Library("once", Once(Scripts.Take.Text)));

        var plan = new PlanDefinition("fixed", TokenTypes.User, [new QuotaDefinition(RedisPlans.Fixed)]);
        var call = new PlanCodec(plan, TimeSpan.FromSeconds(1), new StoreClock(RateLimitClock.For(TimeProvider.System))).Call(s_costs, [], []);
        RedisKey[] keys = [.. Enumerable.Range(0, Callers).Select(i => (RedisKey)$"ratelimit:functions:{{{i}}}")];
        RedisContender[] all =
        [
            new("EVALSHA", async i => await database.ExecuteAsync("EVALSHA", hash, 1, keys[i], call)),
            new("FCALL of the same text", async i => await database.ExecuteAsync("FCALL", "whole", 1, keys[i], call)),
            new("FCALL, with what is the same for all calls made once", async i => await database.ExecuteAsync("FCALL", "once", 1, keys[i], call)),
            new("INCR", async i => await database.ExecuteAsync("INCR", keys[i].Append(":n"))),
        ];
        var times = all.ToDictionary(contender => contender, _ => new List<double>());
        for (var round = -1; round < rounds; round++)
        {
            foreach (var contender in all)
            {
                await database.ExecuteAsync("CONFIG", "RESETSTAT");
                await contender.RunAsync(s_turn, isMeasured: round >= 0);
                if (round >= 0)
                {
                    times[contender].Add(await TimeAsync(database, contender.Name.Split(' ', ',')[0]));
                }
            }
        }

        Console.WriteLine("| | calls/s | × EVALSHA (least–most) | µs of Redis for the command | × EVALSHA (least–most) |");
        Console.WriteLine("|---|---:|---:|---:|---:|");
        foreach (var contender in all)
        {
            var (calls, time) = (Ratios(contender.PerSecond, all[0].PerSecond), Ratios(times[contender], times[all[0]]));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {contender.Name} | {contender.Median:N0} | {calls} | {RedisContender.MedianOf(times[contender]):0.00} | {time} |"));
        }
    }

    private static string Library(string name, string function) => $"#!lua name={name}\n{function}\nredis.register_function('{name}', {name})";

    private static string Whole(string script) => $"local function whole(KEYS, ARGV)\n{script}\nend";

    /// <summary>Makes it when it is first called: while a library is loaded, Redis 7.0 lets it see neither <c>math</c> nor <c>string</c>.</summary>
    private static string Once(string script)
    {
        var (head, caller) = Scripts.Split(script, "caller");
        return $"""
            local made
            local function make()
            {head}
            return function(KEYS, ARGV)
            {caller}
            end
            end
            local function once(keys, arguments)
              made = made or make()
              return made(keys, arguments)
            end
            """;
    }

    private static async Task<double> TimeAsync(IDatabase database, string command)
    {
        var statistics = (string)(await database.ExecuteAsync("INFO", "commandstats"))!;
        var line = Regex.Match(statistics, $"cmdstat_{command}:.*?usec_per_call=([0-9.]+)", RegexOptions.IgnoreCase);
        return double.Parse(line.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
    }

    private static string Ratios(IEnumerable<double> some, IEnumerable<double> scripts)
    {
        var ratios = some.Zip(scripts, (one, other) => one / other).ToArray();
        return string.Create(CultureInfo.InvariantCulture, $"{RedisContender.MedianOf(ratios):0.00} ({ratios.Min():0.00}–{ratios.Max():0.00})");
    }
}
