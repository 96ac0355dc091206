namespace RateLimitHeaders.AspNetCore.Redis.Tests;

public class PartitionKeysTests
{
    private static readonly Quota s_quota = Quota.FixedWindow("q", 5, TimeSpan.FromMinutes(1));

    [Fact]
    public void Key_OfAnId_HasAllItsPartsAndTheHashAloneInBraces() =>
        Assert.Matches("^ratelimit:api:user:[A-Za-z0-9_-]{8}:\\{[A-Za-z0-9_-]{22}\\}$", KeyOf("api", s_quota));

    [Fact]
    public void Key_OfNamesWithColonsAndBraces_CannotBeTakenForAnother()
    {
        var key = KeyOf("a:b{c}", s_quota);
        Assert.StartsWith("ratelimit:a%3Ab%7Bc%7D:user:", key, StringComparison.Ordinal);
        Assert.Equal(1, key.Count(character => character == '{'));
    }

    [Fact]
    public void Key_OfAnotherPlan_IsAnother()
    {
        var minute = TimeSpan.FromMinutes(1);
        Quota[][] plans =
        [
            [s_quota],
            [Quota.FixedWindow("q2", 5, minute)],
            [Quota.FixedWindow("q", 5, 2 * minute)],
            [Quota.FixedWindow("q", 5, minute, alignToClock: true)],
            [Quota.TokenBucket("q", 5, minute)],
            [Quota.SlidingWindow("q", 5, minute, 3)],
            [Quota.SlidingWindow("q", 5, minute, 4)],
            [s_quota, Quota.TokenBucket("q2", 5, minute)],
            [Quota.TokenBucket("q2", 5, minute), s_quota],
        ];
        Assert.Equal(plans.Length, plans.Select(plan => KeyOf("api", plan)).Distinct().Count());

        // What is used stays used when a limit is configured anew.
        Assert.Equal(KeyOf("api", s_quota), KeyOf("api", Quota.FixedWindow("q", 9, minute)));
    }

    [Fact]
    public void Hash_WithASecret_IsAnotherForEachSecret()
    {
        var plan = TestPlan.Create(TimeProvider.System, "api", s_quota);
        UInt128 HashOf(byte[]? secret) => new PartitionKeys(plan, new RedisStoreOptions { HashKey = secret }).HashOf("alice");
        Assert.Equal(3, new[] { HashOf(null), HashOf([1]), HashOf([2]) }.Distinct().Count());
        Assert.Equal(HashOf([1]), HashOf([1]));
    }

    [Fact]
    public void Hash_OfUnpairedSurrogates_TellsThemApart()
    {
        var keys = new PartitionKeys(TestPlan.Create(TimeProvider.System, "api", s_quota), new RedisStoreOptions());
        Assert.NotEqual(keys.HashOf("\ud800"), keys.HashOf("\ud801"));
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("2001:db8::")]
    public void Hash_OfAnAddressAndOfATextThatReadsLikeIt_TellsThemApart(string address)
    {
        var keys = new PartitionKeys(TestPlan.Create(TimeProvider.System, "api", s_quota), new RedisStoreOptions());
        var number = ClientAddress.ToKey(System.Net.IPAddress.Parse(address), ipv6PrefixLength: 64);
        RateLimitPrincipal byAddress = new(TokenTypes.Anonymous, number);
        RateLimitPrincipal byText = new(TokenTypes.Anonymous, address);
        Assert.Equal(byText.Id, byAddress.Id);
        Assert.NotEqual(keys.HashOf(byText), keys.HashOf(byAddress));
        Assert.Equal(keys.HashOf(byAddress), keys.HashOf(new RateLimitPrincipal(TokenTypes.Anonymous, number)));
        Assert.Equal(keys.HashOf(byText), keys.HashOf(address));
    }

    private static string KeyOf(string policy, params Quota[] quotas)
    {
        var keys = new PartitionKeys(TestPlan.Create(TimeProvider.System, policy, quotas), new RedisStoreOptions());
        return (string)keys.KeyOf(keys.HashOf("alice"))!;
    }
}
