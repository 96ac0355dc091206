using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Those that wait for permits of a concurrency quota, in STRL's order. Used under the lock of its limiter.</summary>
internal sealed class AcquisitionQueue(StandardQuotaRateLimiter limiter, ConcurrencyQuota quota)
{
    private readonly LinkedList<Waiter> _waiters = [];

    public int Count => _waiters.Count;

    public long QueuedPermits { get; private set; }

    /// <summary>Gets a value indicating whether a newcomer may not overtake those that wait.</summary>
    public bool MustWaitBehindOthers => _waiters.Count > 0 && quota.QueueProcessingOrder == QueueProcessingOrder.OldestFirst;

    /// <summary>Gets who is to be served next.</summary>
    public Waiter? Peek() =>
        (quota.QueueProcessingOrder == QueueProcessingOrder.OldestFirst ? _waiters.First : _waiters.Last)?.Value;

    /// <summary>Lets a request wait; <see langword="null"/> if there is no room.</summary>
    public Task<bool>? TryEnqueue(QuotaLease lease, int permits, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<bool>(cancellationToken);
        }

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

            var oldest = _waiters.First!.Value;
            limiter.Refuse(oldest.Lease);
            Complete(oldest);
        }

        var waiter = new Waiter(lease, permits);
        waiter.Node = _waiters.AddLast(waiter);
        QueuedPermits += permits;
        waiter.Cancellation = cancellationToken.UnsafeRegister(
            (state, token) => Cancel((Waiter)state!, token), waiter);
        return waiter.Task;
    }

    /// <summary>Lets a waiter go on, with its lease as it is.</summary>
    public void Complete(Waiter waiter)
    {
        Remove(waiter);
        waiter.Cancellation.Unregister();
        waiter.SetResult(true);
    }

    public void RefuseAll()
    {
        while (_waiters.First is { } first)
        {
            limiter.Refuse(first.Value.Lease);
            Complete(first.Value);
        }
    }

    private void Cancel(Waiter waiter, CancellationToken token)
    {
        lock (limiter)
        {
            if (waiter.Node is null)
            {
                return;
            }

            Remove(waiter);
            waiter.SetCanceled(token);

            // Who waited behind one that wanted more may find enough now.
            limiter.ServeQueue();
        }
    }

    private void Remove(Waiter waiter)
    {
        _waiters.Remove(waiter.Node!);
        waiter.Node = null;
        QueuedPermits -= waiter.Permits;
    }

    /// <summary>One that waits. What it awaits continues elsewhere, since it is completed under the limiter's lock.</summary>
    public sealed class Waiter(QuotaLease lease, int permits)
        : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public QuotaLease Lease { get; } = lease;

        public int Permits { get; } = permits;

        public LinkedListNode<Waiter>? Node { get; set; }

        public CancellationTokenRegistration Cancellation { get; set; }
    }
}
