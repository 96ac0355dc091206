using RateLimitHeaders.AspNetCore.Benchmarks;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What a request allocates that is let through at once, with what the benchmarks send requests with.</summary>
[Collection(Alone.Name)]
public class AllocationTests
{
    private const int Requests = 10_000;

    // The JIT compiler replaces its first code, which allocates more, in the background. Most often the first two rounds are enough.
    private static readonly TimeSpan s_mostTime = TimeSpan.FromSeconds(60);

    private static readonly Dictionary<HeaderSetting, int> s_fields = new()
    {
        [HeaderSetting.None] = 0,
        [HeaderSetting.XRateLimit] = 3,
        [HeaderSetting.AllFamilies] = 7,
    };

    [Theory]
    [InlineData(LimitBy.User, nameof(HeaderSetting.None), 0)]
    [InlineData(LimitBy.User, nameof(HeaderSetting.XRateLimit), 40)]
    [InlineData(LimitBy.User, nameof(HeaderSetting.AllFamilies), 120)]
    [InlineData(LimitBy.Anonymous, nameof(HeaderSetting.None), 0)]
    [InlineData(LimitBy.Anonymous, nameof(HeaderSetting.XRateLimit), 40)]
    [InlineData(LimitBy.Anonymous, nameof(HeaderSetting.AllFamilies), 120)]
    [InlineData(LimitBy.UserAtEndpoint, nameof(HeaderSetting.None), 0)]
    [InlineData(LimitBy.UserAtEndpoint, nameof(HeaderSetting.XRateLimit), 40)]
    [InlineData(LimitBy.UserAtEndpoint, nameof(HeaderSetting.AllFamilies), 120)]
    [InlineData(LimitBy.UserTwice, nameof(HeaderSetting.None), 0)]
    [InlineData(LimitBy.UserTwice, nameof(HeaderSetting.XRateLimit), 40)]
    [InlineData(LimitBy.UserTwice, nameof(HeaderSetting.AllFamilies), 216)]
    public void Request_Admitted_AllocatesNoMoreThanItsTexts(LimitBy by, string headers, long bytes)
    {
        var setting = Enum.Parse<HeaderSetting>(headers);
        using var competitor = new Competitor(
            by,
            services =>
            {
                // The texts of a window are made once for it.
                services.AddSingleton<TimeProvider>(new ManualTimeProvider());
                RateLimits.AddOurs(services, by, Limit.NeverReached, setting);
            },
            app => app.UseRateLimitHeaders());

        var least = long.MaxValue;
        var start = TimeProvider.System.GetTimestamp();
        while (least > bytes * Requests && TimeProvider.System.GetElapsedTime(start) < s_mostTime)
        {
            least = Math.Min(least, AllocatedBy(competitor));
        }

        Assert.Equal(s_fields[setting], competitor.LastHeaders.Count);
        Assert.InRange(least, 0, bytes * Requests);
    }

    private static long AllocatedBy(Competitor competitor)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Requests; i++)
        {
            competitor.Send();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
