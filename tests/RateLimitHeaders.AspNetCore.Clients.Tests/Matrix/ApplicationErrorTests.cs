namespace RateLimitHeaders.AspNetCore.Clients.Tests;

/// <summary>What ky, which repeats errors by <c>X-RateLimit-Reset</c> too, makes of a 503 that is not about limits.</summary>
[Collection(WithClients.Name)]
public class ApplicationErrorTests(ClientRuns runs)
{
    // ky's first delay is 0.3 s, without a word from the server.
    private static readonly TimeSpan s_ownDelay = TimeSpan.FromMilliseconds(300);

    // The machine may be busy with others. The window is longer.
    private static readonly TimeSpan s_latest = TimeSpan.FromSeconds(9);

    [Fact]
    public void Error_OfTheApplication_CarriesLimitAndRemainingWithoutReset()
    {
        var error = runs.KyAtError.Requests[0];

        Assert.Equal(503, error.Status);
        Assert.Equal(
            ["X-RateLimit-Limit: 100", "X-RateLimit-Remaining: 99"],
            error.Fields.Where(field => !field.Key.StartsWith("Content", StringComparison.Ordinal)).Select(field => $"{field.Key}: {field.Value}"));
    }

    [Fact]
    public void Ky_ErrorOfTheApplication_IsRepeatedAfterItsOwnDelay()
    {
        var run = runs.KyAtError;

        Assert.Equal([503, 200], run.Requests.Select(request => request.Status));
        Assert.InRange(run.Requests[1].At - run.Requests[0].At, s_ownDelay - TimeSpan.FromMilliseconds(5), s_ownDelay + s_latest);
    }

    [Fact]
    public void Ky_ErrorOfTheApplicationWithReset_IsRepeatedOnlyThen()
    {
        var run = runs.KyAtErrorWithReset;

        Assert.Equal([503, 200], run.Requests.Select(request => request.Status));
        Assert.InRange(run.Requests[1].At - run.Requests[0].At, FailingHost.Window - TimeSpan.FromMilliseconds(5), FailingHost.Window + s_latest);
    }
}
