namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Counts plans outside of this process's memory, so that several servers share them. A store is registered with
/// <c>AddRateLimitHeaders(…).AddStore&lt;TStore&gt;()</c>. The service provider owns it, and disposes it if it created it.
/// </summary>
/// <remarks>A store that can only load a caller's state, and save it if it is unchanged, derives from <see cref="CompareAndSwapStore"/>.</remarks>
public abstract class RateLimitStore
{
    /// <summary>Gets the name of the store in logs, metrics and health checks, such as <c>Redis</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Gets the settings of the store's use.</summary>
    public abstract RateLimitStoreOptions Options { get; }

    /// <summary>
    /// Gets the path of the configuration section of the store's settings, such as <c>RateLimitHeaders:Redis</c>, so
    /// that it is not an unknown key among the limits; <see langword="null"/>, the default, for none. Settings of a store are read
    /// once, when the application starts.
    /// </summary>
    public virtual string? ConfigurationPath => null;

    /// <summary>
    /// Finds errors of the store's own settings, and plans that it cannot count. Errors stop the start-up. The
    /// method must not wait for the store, because applications start without it.
    /// </summary>
    /// <param name="plans">The plans that are to be counted.</param>
    /// <returns>The errors; none by default.</returns>
    public virtual IEnumerable<RateLimitConfigurationError> Validate(IReadOnlyCollection<PlanDefinition> plans) => [];

    /// <summary>Creates the partitions of a plan. It must not wait for the store.</summary>
    /// <param name="context">The plan, and the services with which partitions are created.</param>
    public abstract StorePartitions CreatePartitions(PartitionsContext context);

    /// <summary>Gets a value indicating whether <see cref="AcquireAsync"/> is implemented; <see langword="false"/> by default.</summary>
    public virtual bool CombinesPlans => false;

    /// <summary>
    /// Takes the costs of several plans together, or of none, if a global policy applies in addition to that of an endpoint. If one
    /// plan has no room, the decisions of the other plans contain the caller's statuses without the request. Plans with a concurrency
    /// quota are not among the plans.
    /// </summary>
    /// <param name="plans">The plans, and the decisions to write.</param>
    /// <returns>
    /// <see langword="false"/> if these callers cannot be counted in one step, and nothing was done: the plans are then decided one after the
    /// other.
    /// </returns>
    /// <exception cref="NotSupportedException"><see cref="CombinesPlans"/> is <see langword="false"/>.</exception>
    public virtual ValueTask<bool> AcquireAsync(ReadOnlyMemory<PlanAcquisition> plans) =>
        throw new NotSupportedException("This store counts one plan at a time.");

    /// <summary>
    /// Writes the statuses of callers of several plans, for example for a status page. It charges nothing and creates nothing. By default
    /// the partitions of each plan are called, all at the same time. A store that can read all in one call overrides it.
    /// </summary>
    /// <param name="peeks">The callers, and the decisions to write.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer.</param>
    /// <exception cref="RateLimitStoreException">The store cannot read. Another exception counts as a fault of the call.</exception>
    public virtual ValueTask PeekAsync(ReadOnlyMemory<StorePeek> peeks, CancellationToken cancellationToken) =>
        new(Task.WhenAll(peeks.ToArray().Select(peek => peek.Partitions.PeekAsync(peek.Arguments, cancellationToken).AsTask())));

    /// <summary>
    /// Connects when the application starts, so that the first requests find the store ready. It runs in the background, and its
    /// exceptions are ignored, because requests meet the same fault. By default it does nothing.
    /// </summary>
    /// <param name="cancellationToken">Is cancelled when the application stops.</param>
    public virtual Task WarmUpAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Finds reasons why the store counts wrongly although it answers, such as a server that deletes counts when its
    /// memory is full. It is called in the background when the application starts and after outages, and by health checks. Its
    /// exceptions are ignored.
    /// </summary>
    /// <param name="cancellationToken">Is cancelled when the result is no longer needed.</param>
    /// <returns>The findings, each a sentence that names the server, followed by one with the remedy; none by default.</returns>
    public virtual Task<IReadOnlyList<string>> InspectAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);
}
