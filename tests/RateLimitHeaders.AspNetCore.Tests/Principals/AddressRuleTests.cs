namespace RateLimitHeaders.AspNetCore.Tests;

public class AddressRuleTests
{
    [Theory]
    [InlineData(64, "198.51.100.1", "::ffff:198.51.100.1", true)]
    [InlineData(64, "198.51.100.1", "198.51.100.2", false)]
    [InlineData(64, "::ffff:198.51.100.1", "::ffff:198.51.100.2", false)]
    [InlineData(1, "198.51.100.1", "::ffff:198.51.100.2", false)]
    [InlineData(64, "2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", true)]
    [InlineData(64, "2001:db8::1", "2001:db8:0:1::1", false)]
    [InlineData(56, "2001:db8::1", "2001:db8:0:ff::1", true)]
    [InlineData(56, "2001:db8::1", "2001:db8:0:100::1", false)]
    [InlineData(60, "2001:db8::1", "2001:db8:0:f::1", true)]
    [InlineData(60, "2001:db8::1", "2001:db8:0:10::1", false)]
    [InlineData(128, "2001:db8::1", "2001:db8::2", false)]
    [InlineData(127, "2001:db8::2", "2001:db8::3", true)]
    [InlineData(1, "2001:db8::1", "7fff::1", true)]
    [InlineData(1, "2001:db8::1", "8000::1", false)]
    [InlineData(64, "fe80::1%1", "fe80::1%2", true)]
    [InlineData(32, "198.51.100.1", "::198.51.100.1", false)]
    public async Task FromIpAddress_TwoAddresses_CountAsOneOrApart(int prefixLength, string first, string second, bool asOne)
    {
        await using var api = await CallerApi.StartAsync(who => who.FromIpAddress(prefixLength));

        await api.SendAsync(address: first);
        var response = await api.SendAsync(address: second);
        Assert.Equal(asOne ? "1" : "2", response["X-RateLimit-Remaining"]);
    }

    [Theory]
    [InlineData(64, "::ffff:198.51.100.1", "anonymous 198.51.100.1")]
    [InlineData(64, "2001:db8:1:2:3:4:5:6", "anonymous 2001:db8:1:2::")]
    [InlineData(64, "::1", "anonymous ::")]
    [InlineData(128, "::1", "anonymous ::1")]
    [InlineData(48, "2001:db8:1:2:3:4:5:6", "anonymous 2001:db8:1::")]
    [InlineData(128, "2001:db8:1:2:3:4:5:6", "anonymous 2001:db8:1:2:3:4:5:6")]
    public async Task FromIpAddress_Address_ReadsAsWhatItCountsAs(int prefixLength, string address, string principal)
    {
        await using var api = await CallerApi.StartAsync(who => who.FromIpAddress(prefixLength));

        Assert.Equal(principal, (await api.SendAsync(address: address)).Body);
    }

    [Fact]
    public async Task FromIpAddress_ByDefault_GroupsIPv6By64Bits()
    {
        await using var api = await CallerApi.StartAsync();

        Assert.Equal("anonymous 2001:db8:1:2::", (await api.SendAsync(address: "2001:db8:1:2:3:4:5:6")).Body);
    }

    [Fact]
    public async Task FromIpAddress_NoAddress_AllCountAsOne()
    {
        await using var api = await CallerApi.StartAsync(who => who.FromIpAddress(tokenType: "address"));

        Assert.Equal("address unknown", (await api.SendAsync()).Body);
        Assert.Equal("1", (await api.SendAsync())["X-RateLimit-Remaining"]);
        Assert.Equal("2", (await api.SendAsync(address: "198.51.100.1"))["X-RateLimit-Remaining"]);
        Assert.Equal("2", (await api.SendAsync(address: "::1"))["X-RateLimit-Remaining"]);
    }
}
