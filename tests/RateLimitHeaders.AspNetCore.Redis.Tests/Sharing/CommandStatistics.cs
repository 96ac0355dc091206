using System.Globalization;
using System.Text.RegularExpressions;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>What a server was asked, as its <c>INFO commandstats</c> counts it, since the counts were reset.</summary>
internal sealed partial class CommandStatistics
{
    // What the script itself does is counted too, and the client's signs of life and its subscription, which may come late, and what this test asks.
    private static readonly string[] s_inScript = ["get", "set", "setrange", "time"];
    private static readonly string[] s_signsOfLife = ["ping", "subscribe"];
    private static readonly string[] s_byTest = ["info", "config|resetstat"];

    private readonly Dictionary<string, int> _calls;

    private CommandStatistics(Dictionary<string, int> calls) => _calls = calls;

    /// <summary>Gets how often scripts were called.</summary>
    public int Scripts => _calls.GetValueOrDefault("evalsha");

    /// <summary>Gets how often scripts were called or sent.</summary>
    public int AllScripts => Scripts + _calls.GetValueOrDefault("eval");

    /// <summary>Gets what else came over the network.</summary>
    public IEnumerable<string> Others =>
        _calls.Where(call => call.Key != "evalsha" && !s_inScript.Concat(s_signsOfLife).Concat(s_byTest).Contains(call.Key)).Select(call => $"{call.Key}: {call.Value}");

    public static Task ResetAsync(RedisServer server) => server.CommandAsync("CONFIG", "RESETSTAT");

    public static async Task<CommandStatistics> ReadAsync(RedisServer server)
    {
        var text = await server.CommandAsync("INFO", "commandstats");
        return new(Line().Matches(text).ToDictionary(line => line.Groups[1].Value, line => int.Parse(line.Groups[2].Value, CultureInfo.InvariantCulture)));
    }

    public override string ToString() => string.Join(", ", _calls.Select(call => $"{call.Key} {call.Value}"));

    [GeneratedRegex(@"cmdstat_([^:]+):calls=(\d+)")]
    private static partial Regex Line();
}
