namespace RateLimitHeaders.AspNetCore.Clients.Tests;

/// <summary>Clients as they are published, with their own defaults, and the sample on Kestrel.</summary>
[Collection(WithClients.Name)]
public class ClientMatrixTests(ClientRuns runs)
{
    // A timer of Node.js can be a millisecond early.
    private static readonly TimeSpan s_timerError = TimeSpan.FromMilliseconds(5);

    // The clients run at the same time, on a machine that may be busy with others. All is back later than that.
    private static readonly TimeSpan s_latest = TimeSpan.FromSeconds(3);

    // To the second, and what passes between the arrival of a request and the decision about it.
    private static readonly TimeSpan s_rounding = TimeSpan.FromSeconds(2);

    public static TheoryData<string> Clients() => [.. ClientRuns.Clients];

    public static TheoryData<string, string> Matrix()
    {
        var matrix = new TheoryData<string, string>();
        foreach (var client in ClientRuns.Clients)
        {
            foreach (var quotas in TestedQuotas.All)
            {
                matrix.Add(client, quotas.Name);
            }
        }

        return matrix;
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Client_Rejected_IsAdmittedWhenItComesBack(string client, string quotas)
    {
        var run = runs.Of(client, quotas);

        Assert.NotEmpty(run.Retries);
        Assert.All(run.Retries, pair => Assert.True(pair.Retry.Status == 200, run.ToString()));
        Assert.Equal(TestedQuotas.All.Single(other => other.Name == quotas).Requests, run.Requests.Count(request => request.Status == 200));
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Client_Rejected_ComesBackNoEarlierThanRetryAfter(string client, string quotas)
    {
        var run = runs.Of(client, quotas);

        Assert.All(run.Retries, pair => Assert.True(Wait(pair) >= pair.Rejection.RetryAfter - s_timerError, run.ToString()));
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Client_Rejected_ComesBackSoonAfterWhatItWaitsFor(string client, string quotas)
    {
        var run = runs.Of(client, quotas);

        Assert.All(run.Retries, pair => Assert.True(Wait(pair) <= WaitOf(client, pair.Rejection) + s_latest, run.ToString()));
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Reset_OfARejection_IsRetryAfterInWholeSecondsOfTheWallClock(string client, string quotas)
    {
        var run = runs.Of(client, quotas);

        Assert.All(run.Retries, pair => Assert.True(
            (pair.Rejection.UntilReset - pair.Rejection.RetryAfter).Duration() <= s_rounding, run.ToString()));
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Client_OfEachResponse_SeesWhatTheServerSent(string client, string quotas)
    {
        var run = runs.Of(client, quotas);

        Assert.Equal(
            run.Requests.Select(request => (request.Status, request.Remaining, request.Fields.GetValueOrDefault("Retry-After"))),
            run.Seen.Select(response => (response.Status, response.Headers["x-ratelimit-remaining"], response.Headers.GetValueOrDefault("retry-after"))));
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public void Client_RejectedByTheLongerOfSeveralQuotas_WaitsForThatOne(string client)
    {
        var run = runs.Of(client, TestedQuotas.Several);

        Assert.Contains(run.Retries, pair => pair.Rejection.RetryAfter <= TestedQuotas.ShortWindow);
        Assert.Contains(run.Retries, pair => pair.Rejection.RetryAfter > TestedQuotas.ShortWindow);
    }

    private static TimeSpan Wait((ServedRequest Rejection, ServedRequest Retry) pair) => pair.Retry.At - pair.Rejection.At;

    /// <summary>
    /// How long a client means to wait: for <c>Retry-After</c>, but Octokit for <c>X-RateLimit-Reset</c> in whole seconds from
    /// now, and for another second so as to come after it.
    /// </summary>
    private static TimeSpan WaitOf(string client, ServedRequest rejection) => client == ClientRuns.Octokit
        ? TimeSpan.FromSeconds(Math.Ceiling(rejection.UntilReset.TotalSeconds) + 1)
        : rejection.RetryAfter;
}
