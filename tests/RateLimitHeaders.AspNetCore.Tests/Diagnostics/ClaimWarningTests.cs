using System.Security.Claims;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A rule for a claim that no user has.</summary>
public class ClaimWarningTests
{
    private const int Enough = 1_000;

    [Fact]
    public async Task Claim_ThatTheHandlerRenames_IsLoggedOnceAfterAThousandRequests()
    {
        await using var api = await StartAsync();
        await SendAsync(api, Enough - 1, ClaimTypes.NameIdentifier + "=ada");
        Assert.Empty(Complaints.Of(api));

        await SendAsync(api, 2 * Enough, ClaimTypes.NameIdentifier + "=ada");

        Assert.Equal(
            [(LogLevel.Warning, 37,
                "FromClaim(\"sub\") has matched none of 1000 authenticated requests. A JWT handler renames claims such as \"sub\" unless "
                + "MapInboundClaims is false; check the claim type that the identity has.")],
            Complaints.Of(api));
    }

    [Fact]
    public async Task Claim_ThatOneRequestHad_IsNotLogged()
    {
        await using var api = await StartAsync();
        await SendAsync(api, Enough - 1, ClaimTypes.NameIdentifier + "=ada");
        await SendAsync(api, 1, "sub=grace");
        await SendAsync(api, Enough, ClaimTypes.NameIdentifier + "=ada");

        Assert.Empty(Complaints.Of(api));
    }

    [Fact]
    public async Task Requests_OfNoUser_DoNotCount()
    {
        await using var api = await StartAsync();
        for (var i = 0; i < Enough + 1; i++)
        {
            await api.SendAsync();
        }

        Assert.Empty(Complaints.Of(api));
    }

    private static Task<TestApi> StartAsync() => TestApi.StartAsync(limits => limits
        .Principals(who => who.FromClaim("sub", "member"))
        .FixedWindow(10_000, TimeSpan.FromHours(1)));

    private static async Task SendAsync(TestApi api, int count, string claim)
    {
        for (var i = 0; i < count; i++)
        {
            await api.SendAsync(claims: [claim]);
        }
    }
}
