using System.Text.RegularExpressions;
using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A burst is admitted alike by a limiter of ASP.NET Core, by the same one as a policy of ours, and by the quota of the document.</summary>
public partial class AddRateLimiterTests
{
    private static readonly Dictionary<string, Func<HttpContext, RateLimitPartition<string>>> s_partitioners = new()
    {
        ["GetFixedWindowLimiter"] = context => RateLimitPartition.GetFixedWindowLimiter(
            GlobalLimiterTests.CallerOf(context), _ => new() { PermitLimit = 5, Window = Hour }),
        ["GetSlidingWindowLimiter"] = context => RateLimitPartition.GetSlidingWindowLimiter(
            GlobalLimiterTests.CallerOf(context), _ => new() { PermitLimit = 5, Window = Hour, SegmentsPerWindow = 6 }),
        ["GetTokenBucketLimiter"] = context => RateLimitPartition.GetTokenBucketLimiter(
            GlobalLimiterTests.CallerOf(context), _ => new() { TokenLimit = 5, TokensPerPeriod = 5, ReplenishmentPeriod = Hour }),
        ["GetConcurrencyLimiter"] = context => RateLimitPartition.GetConcurrencyLimiter(GlobalLimiterTests.CallerOf(context), _ => new() { PermitLimit = 5 }),
    };

    public static TheoryData<string> Limiters => [.. s_partitioners.Keys];

    [Theory]
    [MemberData(nameof(Limiters))]
    public async Task Burst_OfSeveralCallers_IsAdmittedAlike(string limiter)
    {
        var quota = QuotaOf(limiter);
        var partitioner = s_partitioners[limiter];
        await using var stock = await StartAsync(
            services => services.AddRateLimiter(options =>
            {
                options.AddPolicy("p", partitioner);
                options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            }),
            app => app.UseRateLimiter());
        await using var kept = await StartAsync(
            services => services.AddRateLimitHeaders(limits => limits.AddPolicy("p", partitioner)), app => app.UseRateLimitHeaders());
        await using var ours = await StartAsync(
            services => services.AddRateLimitHeaders().LoadFromConfiguration(
                Configured.Section($$"""{ "Policies": { "p": { "Quotas": { "q": {{quota}} } } } }""")),
            app => app.UseRateLimitHeaders());

        var expected = await BurstAsync(stock);
        Assert.Equal(10, expected.Count(status => status == 200));
        Assert.Equal(expected, await BurstAsync(kept));
        Assert.Equal(expected, await BurstAsync(ours));
    }

    /// <summary>Gets the quota that the document gives for a limiter.</summary>
    internal static string QuotaOf(string limiter)
    {
        return Row().Matches(Pages.Document("migration.md")).Single(row => row.Groups["limiter"].Value == limiter).Groups["quota"].Value;
    }

    /// <summary>Sends requests of two callers, all of which are under way at the same time.</summary>
    private static async Task<int[]> BurstAsync(WebApplication app)
    {
        var gate = app.Services.GetRequiredService<Gate>();
        List<Task<int>> sent = [];
        for (var request = 1; request <= 16; request++)
        {
            var caller = $"198.51.100.{request % 2}";
            sent.Add(SendAsync(app, caller));

            // Decided before the next one comes, whether or not it is answered.
            await Eventually.IsTrueAsync(() => gate.Entered + sent.Count(one => one.IsCompleted) == sent.Count, "A request was not decided.");
        }

        gate.Open();
        return await Task.WhenAll(sent);
    }

    private static async Task<int> SendAsync(WebApplication app, string caller) => (await app.SendAsync(address: caller)).Status;

    private static async Task<WebApplication> StartAsync(Action<IServiceCollection> services, Action<IApplicationBuilder> use)
    {
        var app = BareHost.Build(services: all => services(all.AddSingleton<Gate>()));
        use(app);
        app.MapGet("/", (Gate gate) => gate.EnterAsync()).RequireRateLimiting("p");
        await app.StartAsync();
        return app;
    }

    [GeneratedRegex(@"^\| `(?<limiter>\w+)`:[^|]+\| `(?<quota>[^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    /// <summary>Holds requests until all are sent.</summary>
    private sealed class Gate
    {
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _entered;

        public int Entered => Volatile.Read(ref _entered);

        public void Open() => _open.SetResult();

        public async Task<string> EnterAsync()
        {
            Interlocked.Increment(ref _entered);
            await _open.Task;
            return "hello";
        }
    }
}
