using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The partitions of a policy whose limiters are the application's own, as its delegate describes them.</summary>
/// <remarks>
/// Such limiters only acquire: each request takes one permit, nothing is charged or given back afterwards, and no caller is
/// reset. Exceptions of a limiter are passed on.
/// </remarks>
/// <typeparam name="TKey">The type of the partition keys.</typeparam>
internal sealed class ForeignPartitions<TKey>(PartitionsContext context, Func<HttpContext, RateLimitPartition<TKey>> partitioner) : PlanPartitions
{
    private readonly ForeignMap<TKey> _map = new(context);

    public override bool UsesCancellation => true;

    public override ValueTask AcquireAsync(in AcquireArguments arguments, RateLimitDecision decision) => AcquireAsync(
        arguments.HttpContext ?? throw new InvalidOperationException(
            $"Policy \"{context.Plan.PolicyName}\" finds its partitions by requests, and this acquisition belongs to none."),
        decision,
        arguments.CancellationToken);

    /// <summary>Reports nothing: the partition of a caller is known only from a request.</summary>
    public override ValueTask PeekAsync(PeekArguments arguments, CancellationToken cancellationToken)
    {
        arguments.Decision.BeginWithoutStatuses("the policy finds the partition of a caller by its requests.");
        arguments.Decision.Acquire(context.Clock.Now);
        return default;
    }

    /// <summary>Does nothing: a limiter of the application takes permits before a request, and none after it.</summary>
    public override ValueTask AdjustAsync(RateLimitDecision decision, in AdjustArguments arguments) => default;

    public override ValueTask ReleaseAsync(RateLimitDecision decision)
    {
        if (decision.State is RateLimitLease lease)
        {
            decision.State = null;
            decision.HoldsPermits = false;
            ForeignCleanup.Dispose(lease, context);
        }

        return default;
    }

    /// <summary>Does nothing: limiters cannot be reset, and the partition of a caller is known only from a request.</summary>
    public override ValueTask ResetAsync(RateLimitPrincipal principal, CancellationToken cancellationToken) => default;

    /// <summary>Does nothing, as above.</summary>
    public override ValueTask GrantAsync(RateLimitPrincipal principal, ReadOnlyMemory<long> permits, CancellationToken cancellationToken) => default;

    /// <summary>Continues with any plan: it has no quotas, and with another delegate the policy has other partitions.</summary>
    public override bool TryUpdate(PlanDefinition plan) => true;

    protected override void Dispose(bool disposing)
    {
        _map.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask AcquireAsync(HttpContext httpContext, RateLimitDecision decision, CancellationToken cancellationToken)
    {
        var partition = partitioner(httpContext);
        while (!await _map.AcquireAsync(partition, decision, cancellationToken))
        {
            // The partition was dropped between the look-up and the acquisition, and held nothing.
        }
    }
}
