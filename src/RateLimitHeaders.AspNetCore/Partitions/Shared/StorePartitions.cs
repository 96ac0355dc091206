namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The partitions of one plan in a <see cref="RateLimitStore"/>. An implementation only calls the store: deadline,
/// circuit, fallback, remembered rejections, renewal and batches are added around it for every store in the same way.
/// </summary>
/// <remarks>
/// A method throws a <see cref="RateLimitStoreException"/> that shows whether the store or the one call is at fault. Another
/// exception counts as a fault of the call. A call that has missed its deadline may still run: the decision that it writes
/// is then not read.
/// <para>
/// <see cref="RateLimitDecision.State"/> is replaced, and never changed in place, because copies of a decision share it. An acquisition
/// that may hold permits sets it before it calls the store, so that permits that the store holds without an answer in time can be
/// released. Renewing and releasing write nothing into the decision.
/// </para>
/// </remarks>
public abstract class StorePartitions : PlanPartitions
{
    /// <summary>Gets a value indicating whether <see cref="AcquireBatchAsync"/> is implemented.</summary>
    public virtual bool SupportsBatches => false;

    /// <summary>
    /// Ends batches, takes the cost of every quota or of none and, if the request is admitted, additional permits for this server to
    /// use later. <see cref="RateLimitDecision.Batch"/> contains their number. The marks of the decision apply to each of these permits:
    /// permits that are used later are adjusted with the same marks, whose <see cref="ChargeMark.Permits"/> are then those used.
    /// </summary>
    /// <param name="arguments">The request, the additional permits, and the batches that have ended.</param>
    /// <param name="decision">The decision to write.</param>
    /// <exception cref="NotSupportedException"><see cref="SupportsBatches"/> is <see langword="false"/>.</exception>
    public virtual ValueTask AcquireBatchAsync(in BatchArguments arguments, RateLimitDecision decision) =>
        throw new NotSupportedException("This store takes no batches of permits.");

    /// <summary>
    /// Gets a value indicating whether the store keeps bans, and the rejections that lead to them, so that all its servers share them;
    /// <see langword="false"/> by default.
    /// </summary>
    public virtual bool KeepsBans => false;

    /// <summary>Returns the name of a caller in the store's bans, which is the same on all servers.</summary>
    /// <param name="principal">The caller.</param>
    /// <exception cref="NotSupportedException"><see cref="KeepsBans"/> is <see langword="false"/>.</exception>
    public virtual string BanNameOf(in RateLimitPrincipal principal) => throw new NotSupportedException("This store keeps no bans.");

    /// <summary>Bans a caller of the plan, or lifts its ban.</summary>
    /// <param name="name">The name of the caller, as returned by <see cref="BanNameOf"/>.</param>
    /// <param name="lasts">How long the ban lasts from now on; zero lifts it.</param>
    /// <exception cref="NotSupportedException"><see cref="KeepsBans"/> is <see langword="false"/>.</exception>
    public virtual ValueTask BanAsync(string name, TimeSpan lasts) => throw new NotSupportedException("This store keeps no bans.");

    /// <summary>
    /// Extends the ban of a caller, if it is still banned. By default it is banned again, even if another server has just lifted
    /// the ban.
    /// </summary>
    /// <param name="name">The name of the caller, as returned by <see cref="BanNameOf"/>.</param>
    /// <param name="lasts">How long the ban lasts from now on, unless it already lasts longer.</param>
    /// <returns><see langword="false"/> if the caller is not banned: the ban has ended, was lifted or is not known. Then nothing is changed.</returns>
    /// <exception cref="NotSupportedException"><see cref="KeepsBans"/> is <see langword="false"/>.</exception>
    public virtual async ValueTask<bool> ExtendBanAsync(string name, TimeSpan lasts)
    {
        await BanAsync(name, lasts);
        return true;
    }

    /// <summary>Adds to the number of rejections of a caller, which the servers of the store count together and which leads to a ban.</summary>
    /// <param name="name">The name of the caller, as returned by <see cref="BanNameOf"/>.</param>
    /// <param name="rejections">The number of additional rejections.</param>
    /// <param name="within">
    /// How long the added rejections count. If rejections are already stored, the earlier of the two ends applies to all of them. Zero
    /// clears all of them.
    /// </param>
    /// <returns>The number of stored rejections.</returns>
    /// <exception cref="NotSupportedException"><see cref="KeepsBans"/> is <see langword="false"/>.</exception>
    public virtual ValueTask<long> AddRejectionsAsync(string name, long rejections, TimeSpan within) =>
        throw new NotSupportedException("This store keeps no bans.");

    /// <summary>
    /// Reads the bans of the plan that were set or lifted after a position. A lifted ban is reported until the moment at which it would
    /// have ended.
    /// </summary>
    /// <param name="after">The <see cref="StoredBans.Position"/> of the last answer; 0 for all bans.</param>
    /// <exception cref="NotSupportedException"><see cref="KeepsBans"/> is <see langword="false"/>.</exception>
    public virtual ValueTask<StoredBans> ReadBansAsync(long after) => throw new NotSupportedException("This store keeps no bans.");

    /// <summary>
    /// Returns the text by which <see cref="PlanPartitions.ListAsync"/> names a caller whose id the store does not keep, so that a
    /// server that has seen the caller can find its id. By default there is none.
    /// </summary>
    /// <param name="principal">The caller.</param>
    public virtual string? ListedIdOf(RateLimitPrincipal principal) => null;

    /// <summary>Renews the permits that a running request holds before they expire (<see cref="RateLimitStoreOptions.HeldPermitLifetime"/>).</summary>
    /// <param name="decision">The decision of the request.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer.</param>
    public abstract ValueTask RenewAsync(RateLimitDecision decision, CancellationToken cancellationToken);

    /// <summary>Checks whether the store can count a caller now, and throws if not. It must write, because a full store can still be read.</summary>
    /// <param name="principal">The caller: of several servers behind the store, the one of this caller is called.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer.</param>
    public abstract ValueTask CheckAsync(RateLimitPrincipal principal, CancellationToken cancellationToken);
}
