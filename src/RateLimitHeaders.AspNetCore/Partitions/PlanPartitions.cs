namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The partitions of one plan, wherever they are kept: in memory, in limiters of the application, or in a store. All that
/// counts requests implements this contract, and writes what it decides into a <see cref="RateLimitDecision"/>.
/// </summary>
/// <remarks>
/// All methods are called by many threads at once; for one decision at a time by one. A method that throws is logged, and the
/// request is rejected with 503.
/// </remarks>
public abstract class PlanPartitions : IDisposable
{
    /// <summary>Gets a value indicating whether acquisitions may wait for longer than a store takes, and so need <see cref="AcquireArguments.CancellationToken"/>.</summary>
    public virtual bool UsesCancellation => false;

    /// <summary>
    /// Takes the cost of every quota of the plan, or of none, and writes into the decision whether the request is admitted
    /// and where that leaves the caller.
    /// </summary>
    /// <param name="arguments">What is asked for.</param>
    /// <param name="decision">The decision to write.</param>
    public abstract ValueTask AcquireAsync(in AcquireArguments arguments, RateLimitDecision decision);

    /// <summary>Writes where a caller stands. It charges nothing and creates no partition.</summary>
    /// <param name="arguments">The caller, and the decision to write.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer.</param>
    public abstract ValueTask PeekAsync(PeekArguments arguments, CancellationToken cancellationToken);

    /// <summary>
    /// Charges an admitted request more, whether or not it fits, up to <see cref="Quota.MaxDebt"/>, or gives permits back, never more
    /// than the request took. <see cref="RateLimitDecision.LeaveUncharged"/> tells what was not charged. The decision tells the new state
    /// when it is done. With zeros alone, it only reads where the caller stands now. Permits of a concurrency quota are left alone, and so
    /// is a decision that did not admit its request.
    /// </summary>
    /// <param name="decision">The decision, which these partitions have written.</param>
    /// <param name="arguments">What is charged and given back.</param>
    public abstract ValueTask AdjustAsync(RateLimitDecision decision, in AdjustArguments arguments);

    /// <summary>Gives back what is held for as long as the request runs: permits of a concurrency quota. It is called once.</summary>
    /// <param name="decision">The decision, which these partitions have written with <see cref="RateLimitDecision.HoldsPermits"/>.</param>
    public abstract ValueTask ReleaseAsync(RateLimitDecision decision);

    /// <summary>Forgets what a caller has used, but not what its running requests hold.</summary>
    /// <param name="principal">The caller.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer.</param>
    public abstract ValueTask ResetAsync(RateLimitPrincipal principal, CancellationToken cancellationToken);

    /// <summary>
    /// Gives permits back to a caller, whatever requests took them, as if the last ones had not been taken: never more than are
    /// used, and none that running requests hold. Only an operator grants.
    /// </summary>
    /// <param name="principal">The caller.</param>
    /// <param name="permits">How many permits of each quota of the plan, in their order; 0 or more.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer.</param>
    public abstract ValueTask GrantAsync(RateLimitPrincipal principal, ReadOnlyMemory<long> permits, CancellationToken cancellationToken);

    /// <summary>Looks at some callers, and lists those nearest their limits. It charges nothing and creates no partition.</summary>
    /// <param name="arguments">How many callers, and where to go on.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer.</param>
    /// <exception cref="NotSupportedException">These partitions cannot list callers, which is the default.</exception>
    public virtual ValueTask<CallerListing> ListAsync(ListArguments arguments, CancellationToken cancellationToken) =>
        throw new NotSupportedException("These partitions list no callers.");

    /// <summary>Goes on with a new definition of the plan: what is used stays used.</summary>
    /// <param name="plan">The definition.</param>
    /// <returns>
    /// <see langword="false"/> if the quotas have other shapes, so that other partitions are needed; nothing is changed then. Those of a
    /// store should go on with what is counted of quotas whose shape is the same.
    /// </returns>
    public abstract bool TryUpdate(PlanDefinition plan);

    /// <summary>Frees what the partitions hold. Requests that are under way may still call them.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the partitions hold.</summary>
    /// <param name="disposing">Whether <see cref="Dispose()"/> was called.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
