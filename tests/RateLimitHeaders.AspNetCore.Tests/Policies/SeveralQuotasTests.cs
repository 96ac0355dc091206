namespace RateLimitHeaders.AspNetCore.Tests;

public class SeveralQuotasTests
{
    [Fact]
    public async Task Quotas_OneRejects_NoneIsCharged()
    {
        await using var api = await TestApi.StartAsync(limits => limits
            .FixedWindow("minute", 2, TimeSpan.FromMinutes(1))
            .FixedWindow("hour", 5, TimeSpan.FromHours(1))
            .Headers(headers => headers.Ietf()));

        Assert.Equal("\"minute\";r=1;t=60, \"hour\";r=4;t=3600", (await api.SendAsync())["RateLimit"]);
        Assert.Equal("\"minute\";r=0;t=60, \"hour\";r=3;t=3600", (await api.SendAsync())["RateLimit"]);
        for (var i = 0; i < 10; i++)
        {
            var rejected = await api.SendAsync();
            Assert.Equal((429, "\"minute\";r=0;t=60, \"hour\";r=3;t=3600"), ((int)rejected.Status, rejected["RateLimit"]));
        }

        api.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("\"minute\";r=1;t=60, \"hour\";r=2;t=3540", (await api.SendAsync())["RateLimit"]);
        await api.SendAsync();
        api.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("\"minute\";r=1;t=60, \"hour\";r=0;t=3480", (await api.SendAsync())["RateLimit"]);

        // Now it is the hour that rejects, and the minute that is not charged.
        var byTheHour = await api.SendAsync();
        Assert.Equal(
            (429, "3480", "\"minute\";r=1;t=60, \"hour\";r=0;t=3480"),
            ((int)byTheHour.Status, byTheHour["Retry-After"], byTheHour["RateLimit"]));
    }
}
