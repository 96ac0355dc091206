namespace RateLimitHeaders.AspNetCore;

/// <summary>What is kept of a decision of a store about a caller whose permits this server may hold, too.</summary>
/// <param name="answer">What the store answered.</param>
/// <param name="caller">The caller.</param>
internal sealed class BatchDecision(RateLimitDecision answer, BatchCaller caller) : StoreDecision(answer)
{
    public BatchCaller Caller => caller;
}
