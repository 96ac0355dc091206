namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Policies that decide together are settled each by itself: what one of them would have rejected changes nothing of it.</summary>
public class CombinedSettlementTests
{
    [Fact]
    public async Task Success_ThatAReportOnlyPlanWouldReject_ForgetsNothingOfIt()
    {
        await using var api = await StartAsync(
            one => one.FixedWindow("failed", 2, Minute).CountOnly(CountedResponses.Failures).ResetOnSuccess().ReportOnly(),
            other => other.FixedWindow("all", 50, Minute));
        using var measured = RecordedMeasurements.Of(api);

        foreach (var status in (int[])[401, 401, 401, 200, 401])
        {
            Assert.Equal(status, await SendAsync(api, status));
        }

        Assert.Equal(3, measured.Of("rate_limit_headers.would_rejections").Length);
    }

    [Fact]
    public async Task Charge_OfARequestThatAReportOnlyPlanWouldReject_IsNotMeasuredThere()
    {
        await using var api = await StartAsync(
            one => one.FixedWindow("one", 1, Minute).ReportOnly(), other => other.FixedWindow("other", 1_000, Minute), charge: 50);
        using var measured = RecordedMeasurements.Of(api);

        await SendAsync(api, 200);
        await SendAsync(api, 200);

        Assert.Equal((51, 102), (ChargesOf("one"), ChargesOf("other")));

        double ChargesOf(string policy) => measured.Of("rate_limit_headers.charges")
            .Where(charge => charge.Tags.Contains($"policy={policy} ", StringComparison.Ordinal)).Sum(charge => charge.Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Success_UnderASharedCount_ForgetsTheRejectionsForABanOfEitherPolicy(bool hasFirstBan)
    {
        void Configure(PolicyBuilder policy, bool hasBan)
        {
            policy.SharedResource("core").FixedWindow("minute", 2, Minute).ResetOnSuccess();
            if (hasBan)
            {
                policy.Ban(after: 3, within: Hour, lasting: Hour);
            }
        }

        await using var api = await StartAsync(one => Configure(one, hasFirstBan), other => Configure(other, !hasFirstBan));
        foreach (var expected in (int[])[401, 401, 429, 429])
        {
            Assert.Equal(expected, await SendAsync(api, 401));
        }

        api.Time.Advance(Minute);
        foreach (var status in (int[])[200, 401, 401])
        {
            Assert.Equal(status, await SendAsync(api, status));
        }

        // The third rejection since the success bans the caller; the first one is the third of the hour.
        foreach (var wait in (string[])["60", "60", "3600", "3600"])
        {
            Assert.Equal(wait, (await api.SendAsync("/401"))["Retry-After"]);
        }
    }

    private static async Task<int> SendAsync(TestApi api, int status) => (int)(await api.SendAsync($"/{status}")).Status;

    private static Task<TestApi> StartAsync(Action<PolicyBuilder> one, Action<PolicyBuilder> other, long charge = 0) => TestApi.StartAsync(
        limits => limits.CombinePolicies().AddPolicy("one", one).AddPolicy("other", other),
        web => web.MapGet("/{status:int}", async (HttpContext context, int status) =>
        {
            if (charge > 0)
            {
                await context.GetRateLimitFeature()!.ChargeAsync(charge);
            }

            return Results.StatusCode(status);
        }).RequireRateLimiting("one").RequireRateLimiting("other"));
}
