using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace RateLimitHeaders.AspNetCore.Tests;

public class PrincipalIdTests
{
    private const int LongestKept = 128;
    private const int Megabyte = 1 << 20;

    private static readonly Dictionary<string, (string First, string Second)> s_pairs = new()
    {
        ["one and two megabytes"] = (new('a', Megabyte), new('a', 2 * Megabyte)),
        ["a megabyte, different at its end"] = (new string('a', Megabyte) + "1", new string('a', Megabyte) + "2"),
        ["different only beyond what is kept"] = (new string('a', LongestKept) + "1", new string('a', LongestKept) + "2"),
        ["as long as is kept, and one more"] = (new('a', LongestKept), new('a', LongestKept + 1)),
        ["an id and the stored form of its hash"] = (new('a', LongestKept + 1), StoredFormOf(new('a', LongestKept + 1))),
        ["two that begin like stored hashes"] = ("\0sha256:1", "\0sha256:2"),
        ["control characters"] = ("a\0b", "a\0c"),
        ["a line break or none"] = ("a\r\nb", "a\nb"),
        ["a zero at the end"] = ("a", "a\0"),
        ["upper and lower case"] = ("id", "ID"),
        ["composed and decomposed"] = ("\u00e9", "e\u0301"),
        ["long and different in unpaired surrogates"] = (new('\ud800', LongestKept + 1), new('\ud801', LongestKept + 1)),
        ["a space"] = ("a", "a "),
    };

    public static TheoryData<string> Pairs => [.. s_pairs.Keys];

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Id_AnyLengthAndContent_CountsApartAndAgainAsItself(string pair)
    {
        string[] ids = [s_pairs[pair].First, s_pairs[pair].Second];
        await using var api = await CallerApi.StartAsync(who => who.From(
            context => new RateLimitPrincipal("odd", ids[int.Parse(context.Request.Headers["Which"].ToString(), CultureInfo.InvariantCulture)]), "odd"));

        foreach (var (which, remaining) in new[] { ("0", "2"), ("1", "2"), ("0", "1"), ("1", "1") })
        {
            var response = await api.SendAsync(headers: ("Which", which));
            Assert.Equal((200, remaining), ((int)response.Status, response["X-RateLimit-Remaining"]));
        }
    }

    [Fact]
    public async Task Id_ThatBeginsWithANul_IsListedAsItself()
    {
        await using var api = await CallerApi.StartAsync(who => who.From(_ => new RateLimitPrincipal("odd", "\0ada"), "odd"));
        await api.SendAsync();

        var operators = api.Services.GetRequiredService<IRateLimitOperator>();
        var listed = Assert.Single((await operators.ListNearestAsync(new RateLimitCallerQuery("default", "odd"))).Callers);
        Assert.Equal(("\0ada", false), (listed.Id, listed.IsHash));
    }

    [Theory]
    [InlineData("", "x")]
    [InlineData("x", "")]
    public void Principal_EmptyTokenTypeOrId_IsAnError(string tokenType, string id) =>
        Assert.Throws<ArgumentException>(() => new RateLimitPrincipal(tokenType, id));

    [Fact]
    public void Principal_SameTokenTypeAndId_AreEqual()
    {
        var principal = new RateLimitPrincipal("user", "7");

        Assert.True(principal == new RateLimitPrincipal("user", "7"));
        Assert.True(principal != new RateLimitPrincipal("user", "8"));
        Assert.False(principal.Equals(new RateLimitPrincipal("robot", "7")));
        Assert.Equal("user 7", principal.ToString());
    }

    // What an attacker that has read the source would send to be taken for a caller with a long id.
    private static string StoredFormOf(string id) => "\0sha256:" + Convert.ToBase64String(SHA256.HashData(Encoding.Unicode.GetBytes(id)));
}
