namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// What an operator can do about single callers: a service that <c>AddRateLimitHeaders</c> registers. It works on what is counted in
/// memory by this server alone, and on what is counted in a store for all servers, which feel it within a second. Policies with
/// limiters of the application are left out, since those cannot be asked.
/// </summary>
/// <remarks>
/// Resets and grants are logged with the id of the caller and the identity of the operator. All methods throw an
/// <see cref="ArgumentException"/> for a policy that does not exist or does not count the token type, and a
/// <see cref="RateLimitStoreException"/> if a store does not answer.
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
    /// <param name="cancellationToken">Cancels waiting for the answer.</param>
    /// <returns>Where the caller stands then.</returns>
    Task<IReadOnlyList<RateLimitStanding>> ResetAsync(RateLimitTarget target, string identity, CancellationToken cancellationToken = default);

    /// <summary>
    /// Gives permits back to a caller, as if its last requests had not been made; never more than are used, so that nothing rises
    /// above its limit. Permits of concurrency quotas are left alone.
    /// </summary>
    /// <param name="target">The caller, under one policy or all.</param>
    /// <param name="grant">How many permits, and of which quotas.</param>
    /// <param name="identity">The operator, for the log.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer.</param>
    /// <returns>Where the caller stands then.</returns>
    /// <exception cref="ArgumentException">The permits are out of range, or no plan has such a quota.</exception>
    Task<IReadOnlyList<RateLimitStanding>> GrantAsync(
        RateLimitTarget target, RateLimitGrant grant, string identity, CancellationToken cancellationToken = default);

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
