using BenchmarkDotNet.Attributes;

namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>
/// A request that is rejected with 429, <c>Retry-After</c> and problem details, against <c>UseRateLimiter</c> with an
/// <c>OnRejected</c> that answers the same, and against the bare status that it answers by itself. ASP.NET Core's service makes the
/// problem details where the application has it, and ours writes them where it has not.
/// </summary>
public class RejectionBenchmarks
{
    private Competitor _competitor = null!;

    [GlobalSetup(Target = nameof(UseRateLimiterStatusOnly))]
    public void SetUpStatusOnly() => SetUp(
        RateLimits.AddStock, app => app.UseRateLimiter(), hasBody: false);

    [GlobalSetup(Target = nameof(UseRateLimiter))]
    public void SetUpStock() => SetUp(RateLimits.AddStockWithProblem, app => app.UseRateLimiter(), hasBody: true);

    [GlobalSetup(Target = nameof(OursWithoutHeaders))]
    public void SetUpWithoutHeaders() => SetUp(HeaderSetting.None);

    [GlobalSetup(Target = nameof(OursXRateLimit))]
    public void SetUpXRateLimit() => SetUp(HeaderSetting.XRateLimit);

    [GlobalSetup(Target = nameof(OursAllFamilies))]
    public void SetUpAllFamilies() => SetUp(HeaderSetting.AllFamilies);

    [GlobalSetup(Target = nameof(OursWithoutHeadersAndService))]
    public void SetUpWithoutHeadersAndService() => SetUp(HeaderSetting.None, hasService: false);

    [GlobalSetup(Target = nameof(OursAllFamiliesWithoutService))]
    public void SetUpAllFamiliesWithoutService() => SetUp(HeaderSetting.AllFamilies, hasService: false);

    [GlobalCleanup]
    public void CleanUp() => _competitor.Dispose();

    [Benchmark]
    public int UseRateLimiterStatusOnly() => _competitor.Send();

    [Benchmark(Baseline = true)]
    public int UseRateLimiter() => _competitor.Send();

    [Benchmark]
    public int OursWithoutHeaders() => _competitor.Send();

    [Benchmark]
    public int OursXRateLimit() => _competitor.Send();

    [Benchmark]
    public int OursAllFamilies() => _competitor.Send();

    [Benchmark]
    public int OursWithoutHeadersAndService() => _competitor.Send();

    [Benchmark]
    public int OursAllFamiliesWithoutService() => _competitor.Send();

    private void SetUp(HeaderSetting headers, bool hasService = true) => SetUp(
        (services, by, limit) => RateLimits.AddOurs(services, by, limit, headers), app => app.UseRateLimitHeaders(), hasBody: true, hasService);

    private void SetUp(
        Action<IServiceCollection, LimitBy, Limit> add, Action<IApplicationBuilder> use, bool hasBody, bool hasService = true)
    {
        _competitor = new Competitor(LimitBy.User, AddAll, use);
        _competitor.Send();
        _competitor.ExpectedStatus = StatusCodes.Status429TooManyRequests;
        _competitor.Send();
        if (_competitor.LastBodyLength > 0 != hasBody)
        {
            throw new InvalidOperationException($"The body has {_competitor.LastBodyLength} bytes.");
        }

        void AddAll(IServiceCollection services)
        {
            add(services, LimitBy.User, Limit.OnceADay);
            if (hasService)
            {
                services.AddProblemDetails();
            }
        }
    }
}
