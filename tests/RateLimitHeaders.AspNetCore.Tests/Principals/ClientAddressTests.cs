namespace RateLimitHeaders.AspNetCore.Tests;

public class ClientAddressTests
{
    [Theory]
    [InlineData("64:ff9b::203.0.113.7", "203.0.113.7", "1")]
    [InlineData("64:ff9b::203.0.113.7", "64:ff9b::203.0.113.8", "2")]
    [InlineData("fe80::1", "fe80::2", "2")]
    [InlineData("fe80::1", "fe80::1", "1")]
    [InlineData("2001:db8::1", "2001:db8::2", "1")]
    public async Task Addresses_OfTwoRequests_ShareALimitOnlyIfOneCallerHasBoth(string first, string second, string remaining)
    {
        await using var api = await TestApi.StartAsync(limits => limits.FixedWindow(3, TimeSpan.FromMinutes(1)));
        await api.SendAsync(address: first);

        Assert.Equal(remaining, (await api.SendAsync(address: second))["X-RateLimit-Remaining"]);
    }
}
