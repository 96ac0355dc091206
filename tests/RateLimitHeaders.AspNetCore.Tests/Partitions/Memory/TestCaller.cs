namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Sends requests of any caller through a policy, one after the other.</summary>
internal sealed class TestCaller(RateLimitSnapshot snapshot)
{
    public const string Cost = "cost";

    private readonly DefaultHttpContext _context = new();
    private readonly LimitedRequest _request = new();

    /// <returns>The decision, until the next request.</returns>
    public RateLimitDecision Ask(string id, long cost = 1)
    {
        _request.Complete();
        _context.TraceIdentifier = id;
        _context.Items[Cost] = cost;
        _request.Begin(_context, snapshot.Policies[0], snapshot.Handling);
        var decided = snapshot.Policies[0].DecideAsync(_request).AsTask();
        Assert.True(decided.IsCompletedSuccessfully);
        return _request.Decision;
    }
}
