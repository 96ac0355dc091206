using System.Net;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The hosts whose operators are tested, and what tests ask them.</summary>
internal static class OperatedApi
{
    public static Task<TestApi> StartAsync() => TestApi.StartAsync(
        limits => limits
            .Principals(principals => principals.FromClaim("sub", "user"))
            .DefaultPolicy(policy => policy
                .For("user", plan => plan.FixedWindow("minute", 5, Minute).FixedWindow("hourly", 100, TimeSpan.FromHours(1)))
                .ForAnonymous(plan => plan.FixedWindow("minute", 3, Minute)))
            .AddPolicy("search", policy => policy
                .For("user", plan => plan.FixedWindow("minute", 2, Minute))
                .ForAnonymous(plan => plan.Exempt())),
        web =>
        {
            web.MapGet("/", () => "hello");
            web.MapGet("/search", () => "found").RequireRateLimiting("search");
        });

    public static IRateLimitOperator Operator(TestApi api) => api.Services.GetRequiredService<IRateLimitOperator>();

    public static async Task<HttpStatusCode> SendAsync(TestApi api, string user, string path = "/", int times = 1)
    {
        var status = HttpStatusCode.OK;
        for (var i = 0; i < times; i++)
        {
            status = (await api.SendAsync(path, [$"sub={user}"])).Status;
        }

        return status;
    }

    public static IEnumerable<string> Texts(IReadOnlyList<RateLimitStanding> standings) => standings.Select(standing =>
        $"{standing.PolicyName} {string.Join(", ", standing.Statuses.Select(status => $"{status.Name} {status.Remaining} of {status.Limit}"))}");

    public static IEnumerable<(LogLevel Level, int Id, string Message)> Acts(TestApi api) =>
        api.Log.Entries.Where(entry => entry.Id is EventIds.OperatorReset or EventIds.OperatorGranted or EventIds.OperatorBanned or EventIds.OperatorLiftedBan);
}
