namespace RateLimitHeaders.AspNetCore.Tests;

public class ExemptWhenTests
{
    [Theory]
    [InlineData("/health", true)]
    [InlineData("/metrics", true)]
    [InlineData("/", false)]
    public async Task ExemptWhen_OneOfTheConditionsHolds_NotLimited(string path, bool isExempt)
    {
        await using var api = await TestApi.StartAsync(limits => limits
            .FixedWindow(1, Minute)
            .ExemptWhen(context => context.Request.Path == "/health")
            .ExemptWhen(context => context.Request.Path == "/metrics"));

        for (var i = 0; i < 3; i++)
        {
            var response = await api.SendAsync(path);
            Assert.Equal((isExempt, !isExempt && i > 0), (response["X-RateLimit-Limit"] is null, (int)response.Status == 429));
        }

        Assert.Equal(isExempt, api.Log.Entries.Any(entry =>
            entry is { Id: 1, Message: "The request is not limited and carries no rate limit headers: ExemptWhen returned true." }));
    }

    [Fact]
    public async Task ExemptWhen_Throws_IsLoggedAndTheRequestIsLimited()
    {
        await using var api = await TestApi.StartAsync(limits => limits
            .FixedWindow(1, Minute)
            .ExemptWhen(_ => throw new InvalidOperationException("no")));

        Assert.Equal("0", (await api.SendAsync())["X-RateLimit-Remaining"]);
        Assert.Equal([(LogLevel.Error, 16, "ExemptWhen failed; the request is limited.")], Complaints.Of(api));
        Assert.Equal(429, (int)(await api.SendAsync()).Status);
    }
}
