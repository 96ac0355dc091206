using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Starts hosts whose one policy, <c>stock</c>, has limiters of the application.</summary>
internal static class ForeignApi
{
    public static Task<TestApi> StartAsync<TKey>(
        Func<HttpContext, RateLimitPartition<TKey>> partitioner,
        Action<RateLimitsBuilder>? limits = null,
        Action<WebApplication>? map = null) => TestApi.StartAsync(
        builder =>
        {
            builder.AddPolicy("stock", partitioner).DefaultPolicy("stock");
            limits?.Invoke(builder);
        },
        map);

    /// <summary>As many requests by the same caller as fit and one that does not.</summary>
    public static async Task<TestResponse> ExhaustAsync(TestApi api, int limit)
    {
        for (var i = 0; i < limit; i++)
        {
            Assert.Equal(System.Net.HttpStatusCode.OK, (await api.SendAsync()).Status);
        }

        return await api.SendAsync();
    }
}
