namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The partitions of one plan, wherever they are kept: in memory, in limiters of the application, or in a store. Every
/// way of counting requests implements this contract, and writes its decisions into a <see cref="RateLimitDecision"/>.
/// </summary>
/// <remarks>
/// All methods are called by many threads at once, but by one thread at a time for the same decision. If a method throws, the exception is
/// logged, and the request is rejected with 503.
/// </remarks>
public abstract class PlanPartitions : IDisposable
{
    /// <summary>
    /// Gets a value indicating whether acquisitions may wait for longer than a call of a store, and so need
    /// <see cref="AcquireArguments.CancellationToken"/>.
    /// </summary>
    public virtual bool UsesCancellation => false;

    /// <summary>
    /// Takes the cost of every quota of the plan, or of none, and writes into the decision whether the request is admitted,
    /// and the resulting statuses.
    /// </summary>
    /// <param name="arguments">The caller, the costs and the limits.</param>
    /// <param name="decision">The decision to write.</param>
    public abstract ValueTask AcquireAsync(in AcquireArguments arguments, RateLimitDecision decision);

    /// <summary>Writes the statuses of a caller. It charges nothing and creates no partition.</summary>
    /// <param name="arguments">The caller, and the decision to write.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer.</param>
    public abstract ValueTask PeekAsync(PeekArguments arguments, CancellationToken cancellationToken);

    /// <summary>
    /// Charges an admitted request more, whether or not it fits, up to <see cref="Quota.MaxDebt"/>, or gives permits back, never more
    /// than the request took. <see cref="RateLimitDecision.LeaveUncharged"/> reports permits that were not charged. Afterwards the decision
    /// contains the new state. If all numbers are zero, it only reads the present statuses. Permits of a concurrency quota do not change, and
    /// neither does a decision that did not admit its request.
    /// </summary>
    /// <param name="decision">The decision, which these partitions have written.</param>
    /// <param name="arguments">The permits to charge and to give back.</param>
    public abstract ValueTask AdjustAsync(RateLimitDecision decision, in AdjustArguments arguments);

    /// <summary>Gives back the permits that are held while the request runs: those of a concurrency quota. It is called once.</summary>
    /// <param name="decision">The decision, which these partitions have written with <see cref="RateLimitDecision.HoldsPermits"/>.</param>
    public abstract ValueTask ReleaseAsync(RateLimitDecision decision);

    /// <summary>Clears the permits that a caller has used, except those that its running requests hold.</summary>
    /// <param name="principal">The caller.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer.</param>
    public abstract ValueTask ResetAsync(RateLimitPrincipal principal, CancellationToken cancellationToken);

    /// <summary>
    /// Gives permits back to a caller, whatever requests took them, as if the last ones had not been taken: never more than are
    /// used, and none that running requests hold. Only operators call it.
    /// </summary>
    /// <param name="principal">The caller.</param>
    /// <param name="permits">The number of permits of each quota of the plan, in their order; 0 or more.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer.</param>
    public abstract ValueTask GrantAsync(RateLimitPrincipal principal, ReadOnlyMemory<long> permits, CancellationToken cancellationToken);

    /// <summary>Examines some callers, and lists those nearest their limits. It charges nothing and creates no partition.</summary>
    /// <param name="arguments">How many callers, and where to continue.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer.</param>
    /// <exception cref="NotSupportedException">These partitions cannot list callers, which is the default.</exception>
    public virtual ValueTask<CallerListing> ListAsync(ListArguments arguments, CancellationToken cancellationToken) =>
        throw new NotSupportedException("These partitions list no callers.");

    /// <summary>Continues with a new definition of the plan: used permits stay used.</summary>
    /// <param name="plan">The definition.</param>
    /// <returns>
    /// <see langword="false"/> if the quotas have other shapes, so that other partitions are needed; then nothing is changed. The partitions of a
    /// store should continue the counts of quotas whose shape is the same.
    /// </returns>
    public abstract bool TryUpdate(PlanDefinition plan);

    /// <summary>Frees the resources of the partitions. Requests in progress may still call them.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the resources of the partitions.</summary>
    /// <param name="disposing">Whether <see cref="Dispose()"/> was called.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
