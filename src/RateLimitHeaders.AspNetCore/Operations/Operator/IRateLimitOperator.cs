namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// What an operator can do about single callers: a service that <c>AddRateLimitHeaders</c> registers. It works on what is counted in
/// memory by this server alone, and on what is counted in a store for all servers, which apply it within a second. Policies with
/// limiters of the application are left out, since those cannot be asked.
/// </summary>
/// <remarks>
/// Resets, grants and bans are logged with the id of the caller and the identity of the operator. Where policies share a count
/// (<see cref="PolicyBuilder.SharedResource"/>), it is changed once, and one event names all of them. If no policy is named, the id of
/// a partition selects the policies with the same number of values (<see cref="PolicyBuilder.PartitionBy"/>), and any other id
/// selects the policies without such values. All methods throw an <see cref="ArgumentException"/> for a policy that does not exist, does not count the
/// token type or does not count by such an id, and a <see cref="RateLimitStoreException"/> if a store does not answer.
/// The library implements it, and a later version may add members: a double for tests is best made by a mocking library.
/// </remarks>
public interface IRateLimitOperator
{
    /// <summary>
    /// Looks where a caller stands. It charges nothing. Limits that depend on the caller are those that the caller's last request had.
    /// </summary>
    /// <param name="target">The caller, under one policy or all.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer.</param>
    /// <returns>Where the caller stands under each policy that counts its token type.</returns>
    Task<IReadOnlyList<RateLimitStanding>> LookAsync(RateLimitTarget target, CancellationToken cancellationToken = default);

    /// <summary>Forgets what a caller has used, but not what its running requests hold.</summary>
    /// <param name="target">The caller, under one policy or all.</param>
    /// <param name="identity">The operator, for the log.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer. What was sent to a store is done all the same.</param>
    /// <returns>Where the caller stands then.</returns>
    Task<IReadOnlyList<RateLimitStanding>> ResetAsync(RateLimitTarget target, string identity, CancellationToken cancellationToken = default);

    /// <summary>
    /// Gives permits back to a caller, as if its last requests had not been made; never more than are used, so that nothing rises
    /// above its limit. Permits of concurrency quotas are left alone. Those of a quota that counts bytes need its name or unit.
    /// </summary>
    /// <param name="target">The caller, under one policy or all.</param>
    /// <param name="grant">How many permits, and of which quotas.</param>
    /// <param name="identity">The operator, for the log.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer. What was sent to a store is done all the same.</param>
    /// <returns>Where the caller stands then.</returns>
    /// <exception cref="ArgumentException">The permits are out of range, or no plan has such a quota that is granted.</exception>
    Task<IReadOnlyList<RateLimitStanding>> GrantAsync(
        RateLimitTarget target, RateLimitGrant grant, string identity, CancellationToken cancellationToken = default);

    /// <summary>
    /// Bans a caller from now on, whatever it was banned for before: its requests are rejected, and its quotas are not touched. Only
    /// policies whose plan of the token type has bans (<see cref="PlanBuilder.Ban"/>) take part. Where the plan is report-only for the
    /// caller (<see cref="RateLimitStanding.IsReportOnly"/>), none of its requests is rejected.
    /// </summary>
    /// <param name="target">The caller, under one policy or all.</param>
    /// <param name="lasting">How long, from one second to 36,525 days.</param>
    /// <param name="identity">The operator, for the log.</param>
    /// <param name="cancellationToken">Cancels waiting for where the caller stands then. The ban is set all the same.</param>
    /// <returns>Where the caller stands then.</returns>
    /// <exception cref="ArgumentException">The time is out of range, or no plan has bans.</exception>
    Task<IReadOnlyList<RateLimitStanding>> BanAsync(
        RateLimitTarget target, TimeSpan lasting, string identity, CancellationToken cancellationToken = default);

    /// <summary>Lifts the ban of a caller, and forgets the rejections that might lead to the next one.</summary>
    /// <param name="target">The caller, under one policy or all.</param>
    /// <param name="identity">The operator, for the log.</param>
    /// <param name="cancellationToken">Cancels waiting for where the caller stands then. The ban is lifted all the same.</param>
    /// <returns>Where the caller stands then.</returns>
    /// <exception cref="ArgumentException">No plan has bans.</exception>
    Task<IReadOnlyList<RateLimitStanding>> LiftBanAsync(RateLimitTarget target, string identity, CancellationToken cancellationToken = default);

    /// <summary>
    /// Lists the callers nearest their limits, of one token type under one policy. A store may keep hashes of ids alone: then the
    /// callers that this server has seen lately have their ids, and the others a hash (<see cref="RateLimitStanding.IsHash"/>).
    /// </summary>
    /// <param name="query">Which callers, and how many.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer.</param>
    /// <returns>The callers that have used something.</returns>
    /// <exception cref="NotSupportedException">The store cannot list callers.</exception>
    Task<RateLimitCallerPage> ListNearestAsync(RateLimitCallerQuery query, CancellationToken cancellationToken = default);
}
