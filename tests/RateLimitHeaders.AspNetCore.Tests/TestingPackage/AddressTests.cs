using Microsoft.AspNetCore.HttpOverrides;
using RateLimitHeaders.AspNetCore.Testing;

namespace RateLimitHeaders.AspNetCore.Tests;

public class AddressTests
{
    [Fact]
    public async Task Clients_WithAddresses_AreCallersOfTheirOwn()
    {
        await using var api = await TestedApplication.StartAsync(limits => limits.FixedWindow(5, TimeSpan.FromMinutes(1)));
        using var alice = api.CreateClient().FromAddress("192.0.2.1");
        using var bob = api.CreateClient().FromAddress("2001:db8::1");
        using var neighbour = api.CreateClient().FromAddress("2001:db8::2");

        Assert.Equal("4", await RemainingAsync(alice));
        Assert.Equal("4", await RemainingAsync(bob));
        Assert.Equal("3", await RemainingAsync(alice));
        Assert.Equal("3", await RemainingAsync(neighbour));
    }

    [Fact]
    public async Task Clients_WithoutAddresses_AreOneCaller()
    {
        await using var api = await TestedApplication.StartAsync(limits => limits.FixedWindow(5, TimeSpan.FromMinutes(1)));
        using var alice = api.CreateClient();
        using var bob = api.CreateClient();

        Assert.Equal("4", await RemainingAsync(alice));
        Assert.Equal("3", await RemainingAsync(bob));
    }

    [Fact]
    public async Task Client_WithAnotherAddress_IsAnotherCaller()
    {
        await using var api = await TestedApplication.StartAsync(limits => limits.FixedWindow(5, TimeSpan.FromMinutes(1)));
        using var client = api.CreateClient().FromAddress("192.0.2.1");
        await RemainingAsync(client);

        Assert.Equal("4", await RemainingAsync(client.FromAddress("192.0.2.2")));
    }

    [Fact]
    public async Task Address_OfAClient_IsNoFieldForTheApplication()
    {
        await using var api = await TestedApplication.StartAsync(limits => limits.FixedWindow(5, TimeSpan.FromMinutes(1)));
        using var client = api.CreateClient().FromAddress("192.0.2.1");

        Assert.Equal("", await client.GetStringAsync("/"));
    }

    [Fact]
    public async Task Address_OfAProxy_IsThatOfTheConnection()
    {
        var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor };
        await using var api = await TestedApplication.StartAsync(
            limits => limits.FixedWindow(5, TimeSpan.FromMinutes(1)), before: app => app.UseForwardedHeaders(forwarded));
        using var proxy = api.CreateClient().FromAddress("127.0.0.1");
        proxy.DefaultRequestHeaders.Add("X-Forwarded-For", "192.0.2.7");

        Assert.Equal(new RateLimitPrincipal("anonymous", "192.0.2.7").ToString(), (await proxy.GetStandingAsync("/")).Principal.ToString());
    }

    [Fact]
    public void Address_ThatIsNone_IsAnError()
    {
        using var client = new HttpClient();

        var exception = Assert.Throws<ArgumentException>(() => client.FromAddress("alice"));

        Assert.Equal("\"alice\" is not an IP address. (Parameter 'address')", exception.Message);
    }

    private static async Task<string> RemainingAsync(HttpClient client)
    {
        using var response = await client.GetAsync("/");
        return response.Headers.GetValues("X-RateLimit-Remaining").Single();
    }
}
