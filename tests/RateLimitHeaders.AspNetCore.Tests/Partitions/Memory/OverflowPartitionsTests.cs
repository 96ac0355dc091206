namespace RateLimitHeaders.AspNetCore.Tests;

public class OverflowPartitionsTests
{
    [Theory]
    [InlineData("198.51.100.1", "198.51.100.200")]
    [InlineData("2001:db8:1:1::1", "2001:db8:1:ffff::1")]
    public async Task Overflow_OfOneNetwork_SharesAPartition(string first, string second)
    {
        await using var api = await StartFullAsync();
        await api.SendAsync(address: first);

        Assert.Equal("1", (await api.SendAsync(address: second))["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task Overflow_OfManyNetworks_HasSeveralPartitions()
    {
        await using var api = await StartFullAsync();
        var remaining = new List<string?>();
        for (var i = 0; i < 10; i++)
        {
            remaining.Add((await api.SendAsync(address: $"2001:db8:{i:x}::1"))["X-RateLimit-Remaining"]);
        }

        // Two networks may meet in one of 4,096 groups; ten do not.
        Assert.True(remaining.Count(left => left == "2") > 5, string.Join(' ', remaining));
    }

    private static async Task<TestApi> StartFullAsync()
    {
        var api = await TestApi.StartAsync(limits => limits.MaxPartitions(1).FixedWindow(3, TimeSpan.FromHours(1)));
        await api.SendAsync(address: "192.0.2.1");
        return api;
    }
}
