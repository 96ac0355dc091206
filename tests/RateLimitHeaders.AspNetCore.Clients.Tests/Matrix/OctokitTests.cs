namespace RateLimitHeaders.AspNetCore.Clients.Tests;

/// <summary>What Octokit's throttling plugin makes of <c>X-RateLimit-Reset</c>, which it reads in place of <c>Retry-After</c>.</summary>
[Collection(WithClients.Name)]
public class OctokitTests(ClientRuns runs)
{
    // The bucket holds 3 tokens, and one comes back in 8 s: all of them in 24.
    private static readonly TimeSpan s_nextToken = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan s_rounding = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_clockError = TimeSpan.FromMilliseconds(5);

    [Fact]
    public void Success_WithNothingRemaining_HasTheResetOfTheNextToken()
    {
        var run = runs.Of(ClientRuns.Octokit, TestedQuotas.Bucket);
        var last = run.Requests.First(request => request.Remaining == "0");

        // The bucket fills from the first request on. Its next token comes at most 8 s after the last one was taken.
        Assert.Equal(200, last.Status);
        Assert.InRange(
            last.Reset,
            run.Requests[0].WallClock + s_nextToken - s_clockError,
            last.Answered + s_nextToken + s_rounding + s_clockError);
    }

    [Fact]
    public void Octokit_AfterASuccessWithNothingRemaining_WaitsForOnePermitAndNotForAll()
    {
        var run = runs.Of(ClientRuns.Octokit, TestedQuotas.Bucket);
        var last = run.Requests.First(request => request.Remaining == "0");
        var admitted = run.Requests.SkipWhile(request => request != last).Skip(1).First(request => request.Status == 200);

        // Reset is rounded up: a request that comes late enough to find the token back is admitted before it. Two seconds are Octokit's own,
        // one for rounding up and one for coming after Reset, and six are for a busy machine.
        Assert.InRange(admitted.WallClock, last.Reset - s_rounding - s_clockError, last.Reset + TimeSpan.FromSeconds(8));
    }
}
