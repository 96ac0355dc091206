namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Counts plans somewhere else than in this process's memory, so that several servers share them. One is registered with
/// <c>AddRateLimitHeaders(…).AddStore&lt;TStore&gt;()</c>. The service provider owns it, and disposes it if it made it.
/// </summary>
/// <remarks>A store that can only load a caller's state and save it if unchanged derives from <see cref="CompareAndSwapStore"/>.</remarks>
public abstract class RateLimitStore
{
    /// <summary>Gets the name of the store in logs, metrics and health checks, such as <c>Redis</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Gets how the store is used.</summary>
    public abstract RateLimitStoreOptions Options { get; }

    /// <summary>
    /// Gets the path of the section of configuration that the store's settings come from, such as <c>RateLimitHeaders:Redis</c>, so
    /// that it is no unknown key among the limits; <see langword="null"/>, the default, for none. Settings of a store are read
    /// once, when the application starts.
    /// </summary>
    public virtual string? ConfigurationPath => null;

    /// <summary>
    /// Finds what is wrong with the store's own settings, or with plans that it cannot count. Errors stop the start-up. A
    /// method that waits for the store is wrong here: applications start without it.
    /// </summary>
    /// <param name="plans">The plans that are to be counted.</param>
    /// <returns>The errors; none by default.</returns>
    public virtual IEnumerable<RateLimitConfigurationError> Validate(IReadOnlyCollection<PlanDefinition> plans) => [];

    /// <summary>Creates the partitions of a plan. It must not wait for the store.</summary>
    /// <param name="context">The plan, and what partitions are made with.</param>
    public abstract StorePartitions CreatePartitions(PartitionsContext context);

    /// <summary>Gets a value indicating whether <see cref="AcquireAsync"/> is implemented; <see langword="false"/> by default.</summary>
    public virtual bool CombinesPlans => false;

    /// <summary>
    /// Takes the costs of several plans at once, or of none: where a global policy holds beside that of an endpoint. The decision of
    /// a plan that has room says, if another one has none, where the caller stands without the request. Plans with a concurrency
    /// quota are not among them.
    /// </summary>
    /// <param name="plans">The plans, and the decisions to write.</param>
    /// <returns><see langword="false"/> if these callers cannot be counted in one step, and nothing was done: the plans are asked in turn then.</returns>
    /// <exception cref="NotSupportedException"><see cref="CombinesPlans"/> is <see langword="false"/>.</exception>
    public virtual ValueTask<bool> AcquireAsync(ReadOnlyMemory<PlanAcquisition> plans) =>
        throw new NotSupportedException("This store counts one plan at a time.");

    /// <summary>
    /// Writes where callers of several plans stand, as a status page asks it. It charges nothing and creates nothing. By default
    /// the partitions of each plan are asked, all at the same time. A store that can ask for all in one call overrides it.
    /// </summary>
    /// <param name="peeks">The callers, and the decisions to write.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer.</param>
    /// <exception cref="RateLimitStoreException">The store cannot tell. Another exception counts as a fault of the call.</exception>
    public virtual ValueTask PeekAsync(ReadOnlyMemory<StorePeek> peeks, CancellationToken cancellationToken) =>
        new(Task.WhenAll(peeks.ToArray().Select(peek => peek.Partitions.PeekAsync(peek.Arguments, cancellationToken).AsTask())));

    /// <summary>
    /// Connects, when the application starts, so that the first requests find the store ready. It runs in the background; what
    /// it throws is ignored, since requests meet the same fault. By default it does nothing.
    /// </summary>
    /// <param name="cancellationToken">Is cancelled when the application stops.</param>
    public virtual Task WarmUpAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Finds what makes the store count wrongly although it answers, such as a server that drops what callers have used when its
    /// memory is full. It is asked in the background when the application starts and after outages, and by health checks. What it
    /// throws is ignored.
    /// </summary>
    /// <param name="cancellationToken">Is cancelled when there is no more use in an answer.</param>
    /// <returns>The findings, each a sentence that names the server, followed by one with the remedy; none by default.</returns>
    public virtual Task<IReadOnlyList<string>> InspectAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);
}
