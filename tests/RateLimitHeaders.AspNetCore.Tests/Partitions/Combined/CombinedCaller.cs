namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Sends requests of any caller through several policies, one after the other.</summary>
internal sealed class CombinedCaller(RateLimitSnapshot snapshot, PolicyCombination policies)
{
    private readonly DefaultHttpContext _context = new();
    private readonly LimitedRequest _request = new();

    /// <returns>The decision, until the next request.</returns>
    public RateLimitDecision Ask(string id)
    {
        _request.Complete();
        _context.TraceIdentifier = id;
        _request.Begin(_context, snapshot.Policies[0], snapshot.Handling);
        var decided = policies.DecideAsync(_request).AsTask();
        Assert.True(decided.IsCompletedSuccessfully);
        return _request.Decision;
    }
}
