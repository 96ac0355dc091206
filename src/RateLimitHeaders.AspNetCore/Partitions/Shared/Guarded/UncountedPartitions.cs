namespace RateLimitHeaders.AspNetCore;

/// <summary>Admits all requests, or rejects all with 503, while a store cannot count them.</summary>
internal sealed class UncountedPartitions(bool isAdmitted, string store) : PlanPartitions
{
    private readonly string _reason =
        $"{store} cannot count at the moment, and until it can, all requests are {(isAdmitted ? "admitted" : "rejected")}.";

    public override ValueTask AcquireAsync(in AcquireArguments arguments, RateLimitDecision decision)
    {
        Decide(decision);
        return default;
    }

    public override ValueTask PeekAsync(PeekArguments arguments, CancellationToken cancellationToken)
    {
        Decide(arguments.Decision);
        return default;
    }

    public override ValueTask AdjustAsync(RateLimitDecision decision, in AdjustArguments arguments) => default;

    public override ValueTask ReleaseAsync(RateLimitDecision decision) => default;

    public override ValueTask ResetAsync(RateLimitPrincipal principal, CancellationToken cancellationToken) => default;

    public override ValueTask GrantAsync(RateLimitPrincipal principal, ReadOnlyMemory<long> permits, CancellationToken cancellationToken) => default;

    public override bool TryUpdate(PlanDefinition plan) => true;

    private void Decide(RateLimitDecision decision)
    {
        if (isAdmitted)
        {
            decision.AdmitUncounted(_reason);
        }
        else
        {
            decision.Fail(_reason);
        }
    }
}
