namespace RateLimitHeaders.AspNetCore.Clients.Tests;

/// <summary>What Octokit's throttling plugin makes of <c>X-RateLimit-Reset</c>, which it reads in place of <c>Retry-After</c>.</summary>
[Collection(WithClients.Name)]
public class OctokitTests(ClientRuns runs)
{
    // The bucket holds 3 tokens, and one comes back in 2 s: all of them in 6.
    private static readonly TimeSpan s_nextToken = TimeSpan.FromSeconds(2);

    [Fact]
    public void Success_WithNothingRemaining_SaysWhenOnePermitFits()
    {
        var run = runs.Of(ClientRuns.Octokit, TestedQuotas.Bucket);
        var last = run.Requests.First(request => request.Remaining == "0");

        Assert.Equal(200, last.Status);
        Assert.InRange(last.UntilReset, s_nextToken - TimeSpan.FromSeconds(1), s_nextToken + TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void Octokit_AfterASuccessWithNothingRemaining_WaitsForOnePermitAndNotForAll()
    {
        var run = runs.Of(ClientRuns.Octokit, TestedQuotas.Bucket);
        var last = run.Requests.First(request => request.Remaining == "0");
        var admitted = run.Requests.SkipWhile(request => request != last).Skip(1).First(request => request.Status == 200);

        // Of which up to two seconds are Octokit's own: one for rounding up, one for coming after Reset.
        Assert.InRange(admitted.At - last.At, s_nextToken - TimeSpan.FromSeconds(1), s_nextToken + TimeSpan.FromSeconds(4));
    }
}
