namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Decisions are counted for a minute after operators have asked for their numbers.</summary>
public class WatchedDecisionsTests
{
    private static readonly TimeSpan s_tick = new(1);

    [Fact]
    public async Task Decisions_MoreThanAMinuteAfterTheNumbersWereRead_AreNotCounted()
    {
        await using var api = await OperationsApi.StartAsync();
        await AssertToldAsync(api, admitted: 0);

        api.Time.Advance(TimeSpan.FromMinutes(1));
        await api.SendAsync("/", "sub=ada");
        api.Time.Advance(s_tick);
        await api.SendAsync("/", "sub=ada");
        await AssertToldAsync(api, admitted: 1);

        // Asked for again, they are counted again.
        await api.SendAsync("/", "sub=ada");
        await AssertToldAsync(api, admitted: 2);
    }

    private static async Task AssertToldAsync(OperationsApi api, int admitted) =>
        Assert.Contains($"\"admitted\":{admitted},\"rejected\":0", (await api.SendAsync("/ops/policies")).Body, StringComparison.Ordinal);
}
