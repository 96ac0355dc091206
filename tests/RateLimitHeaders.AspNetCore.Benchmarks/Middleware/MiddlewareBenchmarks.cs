using BenchmarkDotNet.Attributes;

namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>
/// A request that is let through, from its first moment to after its last, with <c>OnStarting</c> and <c>OnCompleted</c> run:
/// our middleware without headers, with the default ones and with all families, against <c>UseRateLimiter</c>, which has none.
/// </summary>
public class MiddlewareBenchmarks
{
    private Competitor _competitor = null!;

    [Params(LimitBy.User, LimitBy.Anonymous, LimitBy.Address, LimitBy.UserAtEndpoint, LimitBy.UserTwice)]
    public LimitBy By { get; set; }

    [GlobalSetup(Target = nameof(HarnessAlone))]
    public void SetUpHarness() => SetUp(new Competitor(By, _ => { }, _ => { }), fields: 0);

    [GlobalSetup(Target = nameof(UseRateLimiter))]
    public void SetUpStock() => SetUp(
        new Competitor(By, services => RateLimits.AddStock(services, By, Limit.NeverReached), app => app.UseRateLimiter()), fields: 0);

    [GlobalSetup(Target = nameof(OursWithoutHeaders))]
    public void SetUpWithoutHeaders() => SetUp(HeaderSetting.None, fields: 0);

    [GlobalSetup(Target = nameof(OursXRateLimit))]
    public void SetUpXRateLimit() => SetUp(HeaderSetting.XRateLimit, fields: 3);

    [GlobalSetup(Target = nameof(OursAllFamilies))]
    public void SetUpAllFamilies() => SetUp(HeaderSetting.AllFamilies, fields: 7);

    [GlobalCleanup]
    public void CleanUp() => _competitor.Dispose();

    [Benchmark]
    public int HarnessAlone() => _competitor.Send();

    [Benchmark(Baseline = true)]
    public int UseRateLimiter() => _competitor.Send();

    [Benchmark]
    public int OursWithoutHeaders() => _competitor.Send();

    [Benchmark]
    public int OursXRateLimit() => _competitor.Send();

    [Benchmark]
    public int OursAllFamilies() => _competitor.Send();

    private void SetUp(HeaderSetting headers, int fields) => SetUp(
        new Competitor(By, services => RateLimits.AddOurs(services, By, Limit.NeverReached, headers), app => app.UseRateLimitHeaders()),
        fields);

    private void SetUp(Competitor competitor, int fields)
    {
        _competitor = competitor;
        for (var i = 0; i < 2; i++)
        {
            // The second request tells that the first left nothing behind.
            competitor.Send();
            if (competitor.LastHeaders.Count != fields)
            {
                throw new InvalidOperationException($"There are {competitor.LastHeaders.Count} fields: {string.Join(", ", competitor.LastHeaders)}.");
            }
        }
    }
}
