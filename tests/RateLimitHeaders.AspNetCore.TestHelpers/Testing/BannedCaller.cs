using System.Net;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The caller that tests of shared bans reject and ban, which is anonymous.</summary>
internal static class BannedCaller
{
    public const string Address = "192.0.2.1";

    public static readonly RateLimitPrincipal Caller = new("anonymous", ClientAddress.ToKey(IPAddress.Parse(Address), 64));

    /// <summary>Gets the bans of anonymous callers that a host knows of.</summary>
    public static CallerBans BansOf(TestApi api) =>
        api.Services.GetRequiredService<RateLimitRuntime>().Current.Policies[0].BansOf("anonymous")!;

    public static async Task<(int Status, string? RetryAfter)> SendAsync(TestApi api, string address = Address) =>
        await api.SendAsync(address: address) is var answer ? ((int)answer.Status, answer["Retry-After"]) : default;

    /// <summary>Has a host reject the caller, which is not banned yet.</summary>
    public static async Task RejectAsync(TestApi api, int times)
    {
        for (var i = 0; i < times; i++)
        {
            Assert.Equal((429, "1"), await SendAsync(api));
        }
    }
}
