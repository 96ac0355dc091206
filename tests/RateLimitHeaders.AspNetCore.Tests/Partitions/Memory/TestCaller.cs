using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Sends requests of any caller through a policy, one after the other.</summary>
internal sealed class TestCaller(Policy policy, HeaderEmitter emitter)
{
    public const string Cost = "cost";

    private readonly DefaultHttpContext _context = new();
    private readonly RequestLimit _request = new();

    /// <returns>The decision, until the next request.</returns>
    public QuotaLease Ask(string id, int cost = 1)
    {
        _request.Reset();
        _context.TraceIdentifier = id;
        _context.Items[Cost] = cost;
        _request.Begin(_context, policy, emitter);
        var decided = policy.DecideAsync(_request).AsTask();
        Assert.True(decided.IsCompletedSuccessfully);
        return _request.Lease;
    }
}
