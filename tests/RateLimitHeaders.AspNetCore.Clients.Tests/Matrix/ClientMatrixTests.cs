namespace RateLimitHeaders.AspNetCore.Clients.Tests;

/// <summary>Clients as they are published, with their own defaults, and the sample on Kestrel.</summary>
[Collection(WithClients.Name)]
public class ClientMatrixTests(ClientRuns runs)
{
    // A timer of Node.js can be a millisecond early, and the wall clock is adjusted a little while a test runs.
    private static readonly TimeSpan s_timerError = TimeSpan.FromMilliseconds(5);

    // The clients run at the same time, on a machine that may be busy with others. All is back later than that.
    private static readonly TimeSpan s_latest = TimeSpan.FromSeconds(6);

    // Both are rounded up.
    private static readonly TimeSpan s_rounding = TimeSpan.FromSeconds(1) + s_timerError;

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

        Assert.All(run.Retries, pair => Assert.True(
            pair.Retry.At - pair.Rejection.At >= pair.Rejection.RetryAfter - s_timerError, run.ToString()));
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Client_Rejected_ComesBackSoonAfterWhatItWaitsFor(string client, string quotas)
    {
        var run = runs.Of(client, quotas);

        Assert.All(run.Retries, pair => Assert.True(
            pair.Retry.WallClock <= WaitsUntil(client, pair.Rejection) + s_latest, run.ToString()));
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Reset_OfARejection_IsRetryAfterInWholeSecondsOfTheWallClock(string client, string quotas)
    {
        var run = runs.Of(client, quotas);

        Assert.All(run.Retries.Select(pair => pair.Rejection), rejection =>
        {
            var decided = rejection.Reset - rejection.RetryAfter;
            Assert.True(decided >= rejection.WallClock - s_rounding, run.ToString());
            Assert.True(decided <= rejection.Answered + s_rounding, run.ToString());
        });
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

    /// <summary>
    /// Until when a client means to wait: for <c>Retry-After</c>, but Octokit for <c>X-RateLimit-Reset</c> in whole seconds, and for
    /// another second so as to come after it.
    /// </summary>
    private static DateTimeOffset WaitsUntil(string client, ServedRequest rejection) => client == ClientRuns.Octokit
        ? rejection.Reset + TimeSpan.FromSeconds(2)
        : rejection.Answered + rejection.RetryAfter;
}
