namespace RateLimitHeaders.AspNetCore;

/// <summary>What a <see cref="QuotaStore"/> must know of a plan to count it.</summary>
public sealed class StoredPlan
{
    private readonly IReadOnlyList<PlanQuota> _quotas;
    private readonly Func<PlanPartitions> _createPartitions;

    internal StoredPlan(
        string policyName, string tokenType, IReadOnlyList<PlanQuota> quotas, PolicyContext context, Func<PlanPartitions> createPartitions)
    {
        _quotas = quotas;
        _createPartitions = createPartitions;
        PolicyName = policyName;
        TokenType = tokenType;
        Quotas = [.. quotas.Select(quota => quota.Quota)];
        MaxPartitions = context.MaxPartitions;
        TimeProvider = context.TimeProvider;
    }

    /// <summary>Gets the name of the policy.</summary>
    public string PolicyName { get; }

    /// <summary>Gets the token type of the callers.</summary>
    public string TokenType { get; }

    /// <summary>Gets the quotas, in the order in which all statuses and limits are given.</summary>
    public IReadOnlyList<Quota> Quotas { get; }

    /// <summary>
    /// Gets the most callers that this server may keep something in memory for; see <see cref="RateLimitHeadersBuilder.MaxPartitions"/>.
    /// </summary>
    public int MaxPartitions { get; }

    /// <summary>Gets this server's clock.</summary>
    public TimeProvider TimeProvider { get; }

    /// <summary>Creates a counter of the same plan in this process's memory, for when the store is out of reach.</summary>
    /// <param name="share">
    /// The part of each limit that this server grants by itself, more than 0 and at most 1: a quarter for one of four
    /// servers. A limit is not divided below 1.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="share"/> is out of its range.</exception>
    public QuotaCounter CreateInMemory(double share) => share > 0 && share <= 1
        ? new MemoryCounter(_createPartitions(), _quotas, share, RateLimitClock.For(TimeProvider))
        : throw new ArgumentOutOfRangeException(nameof(share), share, "Give a share of more than 0 and at most 1.");
}
