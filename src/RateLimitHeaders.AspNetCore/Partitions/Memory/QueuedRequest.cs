namespace RateLimitHeaders.AspNetCore;

/// <summary>A request that waits. Its awaiting code continues elsewhere, because it is completed under the lock of its partition.</summary>
internal sealed class QueuedRequest(RateLimitDecision decision, QuotaSet quotas, ReadOnlyMemory<long> costs, long permits)
    : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public RateLimitDecision Decision => decision;

    /// <summary>Gets the quotas under which the request arrived.</summary>
    public QuotaSet Quotas => quotas;

    public ReadOnlyMemory<long> Costs => costs;

    /// <summary>Gets the permits of the concurrency quota that it waits for.</summary>
    public long Permits => permits;

    public LinkedListNode<QueuedRequest>? Node { get; set; }

    public CancellationTokenRegistration Cancellation { get; set; }
}
