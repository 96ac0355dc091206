namespace RateLimitHeaders.AspNetCore.Tests;

public class ThreadedSettlementInMemoryTests : ThreadedSettlementTests
{
    protected override async Task<TestApi[]> StartHostsAsync(Action<RateLimitsBuilder> limits, Action<WebApplication> map) =>
        [await TestApi.StartAsync(limits, map)];
}
