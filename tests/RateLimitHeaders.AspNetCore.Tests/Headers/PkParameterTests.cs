using System.Security.Cryptography;
using System.Text;

namespace RateLimitHeaders.AspNetCore.Tests;

public class PkParameterTests
{
    private static readonly byte[] s_secret = "an example secret of 32 bytes !!"u8.ToArray();
    private static readonly string[] s_alice = ["sub=alice"];

    [Fact]
    public async Task Pk_FixedSecret_IsTheHmacOfPolicyTokenTypeAndId()
    {
        await using var api = await StartAsync(s_secret);

        // 128 bits of HMAC-SHA-256 over UTF-16LE, the lengths before the names.
        var expected = HashOf("7:default4:userTest:sub:alice");

        Assert.Equal(
            $"""
            RateLimit: "minute";r=99;t=60;pk=:{expected}:
            RateLimit-Policy: "minute";q=100;w=60;pk=:{expected}:
            """,
            (await api.SendAsync(claims: s_alice)).LimitHeaders);
    }

    [Fact]
    public async Task Pk_OfPoliciesThatDecideTogether_IsThatOfThePartitionOfEach()
    {
        await using var api = await TestApi.StartAsync(limits => limits
            .DefaultPolicy(policy => policy.FixedWindow("minute", 100, TimeSpan.FromMinutes(1)))
            .Global(policy => policy
                .Principals(principals => principals.From(_ => new RateLimitPrincipal("api", "whole"), "api"))
                .FixedWindow("all", 1_000, TimeSpan.FromMinutes(1)))
            .Headers(headers => headers.Ietf(options => options.PartitionKey(s_secret))));
        var (own, global) = (HashOf("7:default4:userTest:sub:alice"), HashOf("6:global3:apiwhole"));

        Assert.Equal(
            $"""
            RateLimit: "minute";r=99;t=60;pk=:{own}:, "all";r=999;t=60;pk=:{global}:
            RateLimit-Policy: "minute";q=100;w=60;pk=:{own}:, "all";q=1000;w=60;pk=:{global}:
            """,
            (await api.SendAsync(claims: s_alice)).LimitHeaders);
    }

    [Fact]
    public async Task Pk_OffByDefault_IsNotThere()
    {
        await using var api = await TestApi.StartAsync(limits => limits
            .FixedWindow("minute", 100, TimeSpan.FromMinutes(1)).Headers(headers => headers.Ietf()));

        Assert.DoesNotContain("pk", (await api.SendAsync(claims: s_alice)).LimitHeaders, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pk_SameCaller_IsTheSameAndOfAnotherCallerAnother(bool hasSecret)
    {
        await using var api = await StartAsync(hasSecret ? s_secret : null);

        var alice = PkOf(await api.SendAsync(claims: s_alice));
        string[] others =
        [
            PkOf(await api.SendAsync(claims: ["sub=bob"])),
            PkOf(await api.SendAsync(address: "192.0.2.1")),
            PkOf(await api.SendAsync(address: "192.0.2.2")),
        ];

        Assert.Equal(alice, PkOf(await api.SendAsync(claims: s_alice)));
        Assert.Equal(4, others.Append(alice).Distinct().Count());
    }

    [Fact]
    public async Task Pk_IdsThatDifferInUnpairedSurrogates_Differ()
    {
        await using var api = await TestApi.StartAsync(limits => limits
            .Principals(principals => principals.From(context => new RateLimitPrincipal("key", context.Request.Path == "/high" ? "\ud800" : "\udc00"), "key"))
            .FixedWindow("minute", 100, TimeSpan.FromMinutes(1))
            .Headers(headers => headers.Ietf(options => options.PartitionKey(s_secret))),
            app => app.MapGet("/{name}", () => "hello"));

        Assert.NotEqual(PkOf(await api.SendAsync("/high")), PkOf(await api.SendAsync("/low")));
    }

    [Fact]
    public async Task Pk_ProcessesWithoutASecret_DoNotPrintTheSame()
    {
        await using var one = await StartAsync(secret: null);
        await using var other = await StartAsync(secret: null);

        Assert.NotEqual(PkOf(await one.SendAsync(claims: s_alice)), PkOf(await other.SendAsync(claims: s_alice)));
    }

    [Fact]
    public async Task Pk_OfAnId_DoesNotContainIt()
    {
        await using var api = await StartAsync(s_secret);

        var pk = PkOf(await api.SendAsync(claims: s_alice));

        Assert.DoesNotContain("alice", pk, StringComparison.OrdinalIgnoreCase);
        var bytes = Convert.FromBase64String(pk);
        Assert.Equal(16, bytes.Length);
        Assert.Equal(-1, bytes.AsSpan().IndexOf("alice"u8));
    }

    private static string HashOf(string partition) =>
        Convert.ToBase64String(HMACSHA256.HashData(s_secret, Encoding.Unicode.GetBytes(partition))[..16]);

    private static string PkOf(TestResponse response)
    {
        var field = response["RateLimit"]!;
        var start = field.IndexOf(";pk=:", StringComparison.Ordinal) + ";pk=:".Length;
        Assert.Equal(':', field[^1]);
        return field[start..^1];
    }

    private static Task<TestApi> StartAsync(byte[]? secret) => TestApi.StartAsync(limits => limits
        .FixedWindow("minute", 100, TimeSpan.FromMinutes(1))
        .Headers(headers => headers.Ietf(options => _ = secret is null ? options.PartitionKey() : options.PartitionKey(secret))));
}
