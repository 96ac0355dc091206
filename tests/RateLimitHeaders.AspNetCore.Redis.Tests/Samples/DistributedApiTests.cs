using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

[Collection(Alone.Name)]
public partial class DistributedApiTests(ITestOutputHelper output)
{
    // On a busy machine a request may come after the window, or Redis answer one too late. A fault is there each time.
    private const int MostRuns = 6;

    // Ten are admitted within the window of ten seconds, four are not.
    private const int Admitted = 10;
    private const int Requests = 14;

    [Fact]
    public async Task Script_TwoInstancesAndARedis_ShowOneQuotaAndEndAllThatTheyStarted()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(Repository.Path, "samples/DistributedApi/README.md"));
        string[] patterns =
        [
            .. readme.Split("```text\n")[1].Split('\n')[..Admitted].Select(line => $"^{Regex.Escape(line)}$"),
            .. Enumerable.Range(Admitted, Requests - Admitted).Select(i => $"^{"AB"[i % 2]}: 429, X-RateLimit-Remaining: 0, Retry-After: ([1-9]|10)$"),
        ];

        var lines = await RunAsync();
        for (var run = 1; run < MostRuns && !lines[1..].Zip(patterns).All(pair => Regex.IsMatch(pair.First, pair.Second)); run++)
        {
            lines = await RunAsync();
        }

        Assert.Equal(Requests, lines.Length - 1);
        Assert.All(lines[1..].Zip(patterns), pair => Assert.Matches(pair.Second, pair.First));

        // What it started is gone, as the ports show.
        foreach (Match port in Port().Matches(lines[0]))
        {
            using var client = new TcpClient();
            await Assert.ThrowsAnyAsync<SocketException>(
                () => client.ConnectAsync(IPAddress.Loopback, int.Parse(port.Groups[1].Value, CultureInfo.InvariantCulture)));
        }
    }

    /// <summary>Runs the script.</summary>
    /// <returns>The lines that it prints.</returns>
    private async Task<string[]> RunAsync()
    {
        // The sample was built together with these tests.
        var script = Path.Combine(Repository.Path, "samples/DistributedApi/run.sh");
        var start = new ProcessStartInfo("bash", [script, $"{Requests}"]) { RedirectStandardOutput = true };
        start.Environment["CONFIGURATION"] = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        start.Environment["SKIP_BUILD"] = "1";
        start.Environment["PAUSE"] = "0";
        start.Environment["RATELIMITHEADERS_REDIS_SERVER"] = RedisBinary.Find();
        using var process = Process.Start(start)!;
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        output.WriteLine(text);
        Assert.Equal(0, process.ExitCode);
        return text.Trim().Split('\n');
    }

    [GeneratedRegex(@"(?:port |127\.0\.0\.1:)(\d+)")]
    private static partial Regex Port();
}
