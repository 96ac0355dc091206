namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Looks up, resets, grants permits to and bans single callers for operators: a service that <c>AddRateLimitHeaders</c> registers. For counts
/// in memory it acts only on this server. For counts in a store it acts on all servers, which apply a change within a second. Another server that
/// holds a local batch of the caller applies a reset or a grant when the batch ends, after <see cref="LocalBatchOptions.HoldTime"/> at the latest.
/// Policies with limiters of the application are left out, because their counts cannot be read or changed.
/// </summary>
/// <remarks>
/// Resets, grants and bans are logged with the id of the caller and the identity of the operator. If policies share a count
/// (<see cref="PolicyBuilder.SharedResource"/>), it is changed once, and one event names all of them. If no policy is named, the id of
/// a partition selects the policies with the same number of values (<see cref="PolicyBuilder.PartitionBy"/>), and any other id
/// selects the policies without such values. All methods throw an <see cref="ArgumentException"/> for a policy that does not exist, does not count
/// the token type or does not count by such an id, and a <see cref="RateLimitStoreException"/> if a store does not answer.
/// The library implements the interface, and a later version may add members: for tests, use a mocking library.
/// </remarks>
public interface IRateLimitOperator
{
    /// <summary>
    /// Gets the standing of a caller. It charges nothing. Limits that depend on the caller are those of the caller's last request.
    /// </summary>
    /// <param name="target">The caller, under one policy or all.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer.</param>
    /// <returns>The standing of the caller under each policy that counts its token type.</returns>
    Task<IReadOnlyList<RateLimitStanding>> LookAsync(RateLimitTarget target, CancellationToken cancellationToken = default);

    /// <summary>Clears the permits that a caller has used, except those that its running requests hold.</summary>
    /// <param name="target">The caller, under one policy or all.</param>
    /// <param name="identity">The operator, for the log.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer. A change that was sent to a store still takes effect.</param>
    /// <returns>The standings of the caller afterwards.</returns>
    Task<IReadOnlyList<RateLimitStanding>> ResetAsync(RateLimitTarget target, string identity, CancellationToken cancellationToken = default);

    /// <summary>
    /// Gives permits back to a caller, as if its last requests had not been made; never more than are used, so that no quota rises
    /// above its limit. Permits of concurrency quotas are not granted. Quotas that count bytes must be named, or their unit.
    /// </summary>
    /// <param name="target">The caller, under one policy or all.</param>
    /// <param name="grant">The number of permits, and the quotas.</param>
    /// <param name="identity">The operator, for the log.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer. A change that was sent to a store still takes effect.</param>
    /// <returns>The standings of the caller afterwards.</returns>
    /// <exception cref="ArgumentException">The permits are out of range, or no plan has such a quota that can be granted.</exception>
    Task<IReadOnlyList<RateLimitStanding>> GrantAsync(
        RateLimitTarget target, RateLimitGrant grant, string identity, CancellationToken cancellationToken = default);

    /// <summary>
    /// Bans a caller from now on, and replaces an earlier ban: its requests are rejected, and its quotas do not change. It affects only
    /// policies whose plan of the token type has bans (<see cref="PlanBuilder.Ban"/>). If the plan is report-only for the
    /// caller (<see cref="RateLimitStanding.IsReportOnly"/>), none of its requests is rejected.
    /// </summary>
    /// <param name="target">The caller, under one policy or all.</param>
    /// <param name="lasting">The length of the ban, from one second to 36,525 days.</param>
    /// <param name="identity">The operator, for the log.</param>
    /// <param name="cancellationToken">Cancels waiting for the standings. The ban is still set.</param>
    /// <returns>The standings of the caller afterwards.</returns>
    /// <exception cref="ArgumentException">The time is out of range, or no plan has bans.</exception>
    Task<IReadOnlyList<RateLimitStanding>> BanAsync(
        RateLimitTarget target, TimeSpan lasting, string identity, CancellationToken cancellationToken = default);

    /// <summary>Lifts the ban of a caller, and clears the rejections that could lead to the next ban.</summary>
    /// <param name="target">The caller, under one policy or all.</param>
    /// <param name="identity">The operator, for the log.</param>
    /// <param name="cancellationToken">Cancels waiting for the standings. The ban is still lifted.</param>
    /// <returns>The standings of the caller afterwards.</returns>
    /// <exception cref="ArgumentException">No plan has bans.</exception>
    Task<IReadOnlyList<RateLimitStanding>> LiftBanAsync(RateLimitTarget target, string identity, CancellationToken cancellationToken = default);

    /// <summary>
    /// Lists the callers nearest their limits, of one token type under one policy. A store may keep only hashes of ids: then the result has the
    /// ids of callers that this server has seen lately, and hashes for the others (<see cref="RateLimitStanding.IsHash"/>).
    /// </summary>
    /// <param name="query">Which callers, and how many.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer.</param>
    /// <returns>The callers that have used permits.</returns>
    /// <exception cref="NotSupportedException">The store cannot list callers.</exception>
    Task<RateLimitCallerPage> ListNearestAsync(RateLimitCallerQuery query, CancellationToken cancellationToken = default);
}
