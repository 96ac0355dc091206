namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The partitions of one plan in a <see cref="RateLimitStore"/>. An implementation asks the store and nothing else: deadline,
/// circuit, fallback, remembered rejections, renewal and batches are added around it for every store alike.
/// </summary>
/// <remarks>
/// A method throws a <see cref="RateLimitStoreException"/> that says whether the store or the one call is at fault. Another
/// exception counts as a fault of the call. A call that has missed its deadline may still go on: the decision that it writes
/// is then read by nothing.
/// <para>
/// <see cref="RateLimitDecision.State"/> is set, and never changed in place, since copies of a decision share it. An acquisition
/// that may come to hold permits sets it before it asks the store: what the store holds without an answer in time is released
/// by it. Renewing and releasing write nothing into the decision.
/// </para>
/// </remarks>
public abstract class StorePartitions : PlanPartitions
{
    /// <summary>Gets a value indicating whether <see cref="AcquireBatchAsync"/> is implemented.</summary>
    public virtual bool SupportsBatches => false;

    /// <summary>
    /// Ends batches, takes the cost of every quota or of none and, if the request is admitted, more permits for this server to
    /// use later. <see cref="RateLimitDecision.Batch"/> tells how many. The marks of the decision hold for each of these permits:
    /// what is used of them later is adjusted with the same marks, whose <see cref="ChargeMark.Permits"/> are then those used.
    /// </summary>
    /// <param name="arguments">What is asked for.</param>
    /// <param name="decision">The decision to write.</param>
    /// <exception cref="NotSupportedException"><see cref="SupportsBatches"/> is <see langword="false"/>.</exception>
    public virtual ValueTask AcquireBatchAsync(in BatchArguments arguments, RateLimitDecision decision) =>
        throw new NotSupportedException("This store takes no batches of permits.");

    /// <summary>Gets a value indicating whether the store keeps bans, and the rejections that lead to them, so that all its servers share them; <see langword="false"/> by default.</summary>
    public virtual bool KeepsBans => false;

    /// <summary>Names a caller as the store's bans do, alike on all servers.</summary>
    /// <param name="principal">The caller.</param>
    /// <exception cref="NotSupportedException"><see cref="KeepsBans"/> is <see langword="false"/>.</exception>
    public virtual string BanNameOf(in RateLimitPrincipal principal) => throw new NotSupportedException("This store keeps no bans.");

    /// <summary>Bans a caller of the plan, or lifts its ban.</summary>
    /// <param name="name">The caller, as <see cref="BanNameOf"/> names it.</param>
    /// <param name="lasts">How long the ban lasts from now on; zero to lift it.</param>
    /// <exception cref="NotSupportedException"><see cref="KeepsBans"/> is <see langword="false"/>.</exception>
    public virtual ValueTask BanAsync(string name, TimeSpan lasts) => throw new NotSupportedException("This store keeps no bans.");

    /// <summary>
    /// Has the ban of a caller last longer, if it is still banned. By default it is banned anew, also where another server has lifted the ban a
    /// moment ago.
    /// </summary>
    /// <param name="name">The caller, as <see cref="BanNameOf"/> names it.</param>
    /// <param name="lasts">How long the ban lasts from now on, unless it lasts longer already.</param>
    /// <returns><see langword="false"/> if the caller is not banned: the ban is over, was lifted or is not known. Nothing is changed then.</returns>
    /// <exception cref="NotSupportedException"><see cref="KeepsBans"/> is <see langword="false"/>.</exception>
    public virtual async ValueTask<bool> ExtendBanAsync(string name, TimeSpan lasts)
    {
        await BanAsync(name, lasts);
        return true;
    }

    /// <summary>Adds to the number of rejections of a caller, which the servers of the store count together and which leads to a ban.</summary>
    /// <param name="name">The caller, as <see cref="BanNameOf"/> names it.</param>
    /// <param name="rejections">How many more there are.</param>
    /// <param name="within">
    /// How long the added rejections count. If rejections are stored already, the earlier of the two ends holds for all of them. Zero
    /// forgets all of them.
    /// </param>
    /// <returns>How many there are now.</returns>
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
    /// Tells by which text <see cref="PlanPartitions.ListAsync"/> names a caller whose id the store does not keep, so that a
    /// server that has seen the caller can name it. By default there is none.
    /// </summary>
    /// <param name="principal">The caller.</param>
    public virtual string? ListedIdOf(RateLimitPrincipal principal) => null;

    /// <summary>Keeps what a running request holds from expiring (<see cref="RateLimitStoreOptions.HeldPermitLifetime"/>).</summary>
    /// <param name="decision">The decision of the request.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer.</param>
    public abstract ValueTask RenewAsync(RateLimitDecision decision, CancellationToken cancellationToken);

    /// <summary>Finds out whether the store can count a caller now; it throws if not. It must write, since a full store reads well.</summary>
    /// <param name="principal">The caller: of several servers behind the store, the one of this caller is asked.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer.</param>
    public abstract ValueTask CheckAsync(RateLimitPrincipal principal, CancellationToken cancellationToken);
}
