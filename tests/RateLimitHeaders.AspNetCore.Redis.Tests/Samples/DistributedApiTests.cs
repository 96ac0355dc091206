using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

public partial class DistributedApiTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Script_TwoInstancesAndARedis_ShowOneQuotaAndEndAllThatTheyStarted()
    {
        // Ten are admitted within the window of ten seconds, four are not.
        var (code, text) = await RunAsync("14");
        output.WriteLine(text);
        Assert.Equal(0, code);

        var lines = text.Trim().Split('\n');
        var readme = await File.ReadAllTextAsync(Path.Combine(Repository.Path, "samples/DistributedApi/README.md"));
        Assert.Equal(readme.Split("```text\n")[1].Split('\n')[..10], lines[1..11]);

        for (var i = 10; i < 14; i++)
        {
            Assert.Matches($"^{"AB"[i % 2]}: 429, X-RateLimit-Remaining: 0, Retry-After: ([1-9]|10)$", lines[i + 1]);
        }

        // What it started is gone, as the ports show.
        foreach (Match port in Port().Matches(lines[0]))
        {
            using var client = new System.Net.Sockets.TcpClient();
            await Assert.ThrowsAnyAsync<System.Net.Sockets.SocketException>(
                () => client.ConnectAsync(System.Net.IPAddress.Loopback, int.Parse(port.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)));
        }
    }

    private static async Task<(int Code, string Output)> RunAsync(string requests)
    {
        // The sample was built together with these tests.
        var start = new ProcessStartInfo("bash", [Path.Combine(Repository.Path, "samples/DistributedApi/run.sh"), requests]) { RedirectStandardOutput = true };
        start.Environment["CONFIGURATION"] = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        start.Environment["SKIP_BUILD"] = "1";
        start.Environment["PAUSE"] = "0";
        start.Environment["RATELIMITHEADERS_REDIS_SERVER"] = RedisBinary.Find();
        using var process = Process.Start(start)!;
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, text);
    }

    [GeneratedRegex(@"(?:port |127\.0\.0\.1:)(\d+)")]
    private static partial Regex Port();
}
