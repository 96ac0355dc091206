namespace RateLimitHeaders.AspNetCore.Tests;

public class TenLinesTests
{
    [Theory]
    [InlineData("u1", "198.51.100.1", "u2", "198.51.100.1")]
    [InlineData("u1", "198.51.100.1", null, "198.51.100.1")]
    [InlineData(null, "198.51.100.1", null, "198.51.100.2")]
    public async Task Program_WithTheMiddlewareAlone_CountsCallersApart(string? user, string address, string? otherUser, string otherAddress)
    {
        await using var app = BareHost.Build();
        app.UseRateLimitHeaders(limits => limits.FixedWindow(permitLimit: 100, window: TimeSpan.FromMinutes(1)));
        app.MapGet("/", () => "hello");
        await app.StartAsync();

        for (var remaining = 99; remaining >= 0; remaining--)
        {
            Assert.Equal((200, $"{remaining}", null), await app.SendAsync(user: user, address: address));
        }

        Assert.Equal((429, "0", "60"), await app.SendAsync(user: user, address: address));
        Assert.Equal((200, "99", null), await app.SendAsync(user: otherUser, address: otherAddress));
    }

    [Fact]
    public async Task Program_UserOnTheMove_IsTheSameCaller()
    {
        await using var app = BareHost.Build();
        app.UseRateLimitHeaders(limits => limits.FixedWindow(permitLimit: 100, window: TimeSpan.FromMinutes(1)));
        app.MapGet("/", () => "hello");
        await app.StartAsync();

        Assert.Equal((200, "99", null), await app.SendAsync(user: "u1", address: "198.51.100.1"));
        Assert.Equal((200, "98", null), await app.SendAsync(user: "u1", address: "198.51.100.2"));
    }
}
