using Microsoft.Extensions.Primitives;

namespace RateLimitHeaders.AspNetCore.Tests;

public class HeaderRuleTests
{
    private static readonly Action<PrincipalsBuilder> s_sync = who => who
        .FromHeader("X-Api-Key", "key", key => key.StartsWith("ok", StringComparison.Ordinal))
        .FromUser();

    private static readonly Action<PrincipalsBuilder> s_async = who => who
        .FromHeader("X-Api-Key", "key", FindOwnerAsync)
        .FromUser();

    [Theory]
    [InlineData("ok1", "key ok1")]
    [InlineData("forged", "user Test:sub:s")]
    [InlineData("", "user Test:sub:s")]
    public async Task FromHeader_SyncValidator_OnlyWhatItAcceptsIsAPrincipal(string key, string principal)
    {
        await using var api = await CallerApi.StartAsync(s_sync);

        Assert.Equal(principal, await api.AskAsync(["sub=s"], ("X-Api-Key", key)));
    }

    [Theory]
    [InlineData("late", "key owner of late")]
    [InlineData("now", "key owner of now")]
    [InlineData("unknown", "user Test:sub:s")]
    [InlineData("empty", "user Test:sub:s")]
    public async Task FromHeader_AsyncValidator_TheIdThatItFindsIsThePrincipal(string key, string principal)
    {
        await using var api = await CallerApi.StartAsync(s_async);

        Assert.Equal(principal, await api.AskAsync(["sub=s"], ("X-Api-Key", key)));
    }

    [Fact]
    public async Task FromHeader_TwoValues_NextRuleDecides()
    {
        await using var api = await CallerApi.StartAsync(s_sync);

        Assert.Equal("user Test:sub:s", await api.AskAsync(["sub=s"], ("X-Api-Key", "ok1"), ("X-Api-Key", "ok2")));
    }

    [Fact]
    public void FromHeader_OneValueBesideEmptyOnes_IsThePrincipal()
    {
        // The servers of HTTP keep a line without a value; the text that code reads of the header is the key.
        var context = new DefaultHttpContext();
        context.Request.Headers["X-Api-Key"] = new StringValues([string.Empty, "ok1", null]);
        Assert.Equal("ok1", HeaderRule.ValueOf(context, "X-Api-Key"));

        context.Request.Headers["X-Api-Key"] = new StringValues([string.Empty, string.Empty]);
        Assert.Null(HeaderRule.ValueOf(context, "X-Api-Key"));
        Assert.Null(HeaderRule.ValueOf(context, "X-Other-Key"));
    }

    [Fact]
    public async Task FromHeader_ManyRejectedValues_CountAsOneAddress()
    {
        await using var api = await CallerApi.StartAsync(s_sync);

        // A caller that makes up a new key on every request gains nothing by it.
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("anonymous 203.0.113.7", await api.AskAsync(null, ("X-Api-Key", $"guess {i}")));
        }

        var rejected = await api.SendAsync(address: CallerApi.Address, headers: ("X-Api-Key", "guess 3"));
        Assert.Equal(429, (int)rejected.Status);
    }

    private static async ValueTask<string?> FindOwnerAsync(HttpContext context, string key)
    {
        if (key == "late")
        {
            await Task.Yield();
        }

        return key switch { "unknown" => null, "empty" => string.Empty, _ => $"owner of {key}" };
    }
}
