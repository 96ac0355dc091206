using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The requests that wait for permits of a concurrency quota, in STRL's order. Used under the lock of its partition.</summary>
internal sealed class AcquisitionQueue(StandardPartition partition)
{
    private readonly LinkedList<QueuedRequest> _waiters = [];

    public int Count => _waiters.Count;

    public long QueuedPermits { get; private set; }

    /// <summary>Returns whether a new request may not overtake those that wait.</summary>
    public bool MustWaitBehindOthers(ConcurrencyQuota quota) =>
        _waiters.Count > 0 && quota.QueueProcessingOrder == QueueProcessingOrder.OldestFirst;

    /// <summary>Returns the request that is to be admitted next.</summary>
    /// <param name="quota">The quota; <see langword="null"/> if the plan no longer has one.</param>
    public QueuedRequest? Peek(ConcurrencyQuota? quota) =>
        (quota?.QueueProcessingOrder == QueueProcessingOrder.NewestFirst ? _waiters.Last : _waiters.First)?.Value;

    /// <summary>Adds a request to the queue; returns <see langword="null"/> if there is no room.</summary>
    public Task<bool>? TryEnqueue(
        ConcurrencyQuota quota, QuotaSet quotas, RateLimitDecision decision, ReadOnlyMemory<long> costs, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<bool>(cancellationToken);
        }

        var permits = PermitCost.Taken(costs.Span[quotas.ConcurrencyIndex]);
        if (permits > quota.QueueLimit)
        {
            return null;
        }

        while (quota.QueueLimit - QueuedPermits < permits)
        {
            if (quota.QueueProcessingOrder == QueueProcessingOrder.OldestFirst)
            {
                return null;
            }

            // Its decision already is a rejection.
            Complete(_waiters.First!.Value);
        }

        var waiter = new QueuedRequest(decision, quotas, costs, permits);
        waiter.Node = _waiters.AddLast(waiter);
        QueuedPermits += permits;
        waiter.Cancellation = cancellationToken.UnsafeRegister(
            (state, token) => Cancel((QueuedRequest)state!, token), waiter);
        return waiter.Task;
    }

    /// <summary>Lets a request continue, with its decision as it is.</summary>
    public void Complete(QueuedRequest waiter)
    {
        Remove(waiter);
        waiter.Cancellation.Unregister();
        waiter.SetResult(true);
    }

    public void RejectAll()
    {
        while (_waiters.First is { } first)
        {
            Complete(first.Value);
        }
    }

    private void Cancel(QueuedRequest waiter, CancellationToken token)
    {
        lock (partition)
        {
            if (waiter.Node is null)
            {
                return;
            }

            Remove(waiter);
            waiter.SetCanceled(token);

            // A request that waited behind one with a higher cost may find enough now.
            partition.ServeQueue();
        }
    }

    private void Remove(QueuedRequest waiter)
    {
        _waiters.Remove(waiter.Node!);
        waiter.Node = null;
        QueuedPermits -= waiter.Permits;
    }
}
