using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

public class RedisKeysTests
{
    private static readonly Quota s_quota = Quota.FixedWindow("q", 5, TimeSpan.FromMinutes(1));
    private static readonly RateLimitPrincipal s_alice = new("user", "alice");

    [Fact]
    public void Key_OfNamesWithColonsAndBraces_CannotBeTakenForAnother()
    {
        var key = KeyOf("a:b{c}", s_quota);
        Assert.StartsWith("ratelimit:a%3Ab%7Bc%7D:user:", key, StringComparison.Ordinal);
        Assert.Equal(1, key.Count(character => character == '{'));
    }

    [Fact]
    public void Key_WithASecret_IsAnotherForEachSecret()
    {
        string KeyOf(string? secret) => Keys(new RedisStoreOptions { HashKey = secret }).Of(s_alice)!;
        Assert.Equal(3, new[] { KeyOf(null), KeyOf("one"), KeyOf("two") }.Distinct().Count());
        Assert.Equal(KeyOf("one"), KeyOf("one"));
    }

    [Fact]
    public void Keys_OfDifferentUnpairedSurrogates_Differ() =>
        Assert.NotEqual(Keys().Of(new RateLimitPrincipal("user", "\ud800")), Keys().Of(new RateLimitPrincipal("user", "\ud801")));

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("2001:db8::")]
    public void Keys_OfAnAddressAndOfTheSameText_Differ(string address)
    {
        var number = ClientAddress.ToKey(System.Net.IPAddress.Parse(address), ipv6PrefixLength: 64);
        RateLimitPrincipal byAddress = new(TokenTypes.Anonymous, number);
        RateLimitPrincipal byText = new(TokenTypes.Anonymous, address);
        Assert.Equal(byText.Id, byAddress.Id);
        Assert.NotEqual(Keys().Of(byText), Keys().Of(byAddress));
        Assert.Equal(Keys().Of(byAddress), Keys().Of(new RateLimitPrincipal(TokenTypes.Anonymous, number)));
    }

    [Fact]
    public async Task OfCheck_IsAnotherKeyInTheCallersSlotWithThePrefix()
    {
        await using var server = await RedisServer.StartAsync();
        using var connection = await ConnectionMultiplexer.ConnectAsync(server.Configuration);
        var keys = Keys(new RedisStoreOptions { KeyPrefix = "shop" });
        Assert.StartsWith("shop:check:{", (string)keys.OfCheck(s_alice)!, StringComparison.Ordinal);
        Assert.Equal(connection.GetHashSlot(keys.Of(s_alice)), connection.GetHashSlot(keys.OfCheck(s_alice)));
    }

    private static RedisKeys Keys(RedisStoreOptions? options = null) => new(TestPlan.Define("api", s_quota), options ?? new());

    private static string KeyOf(string policy, Quota quota) =>
        new RedisKeys(TestPlan.Define(policy, quota), new RedisStoreOptions()).Of(s_alice)!;
}
