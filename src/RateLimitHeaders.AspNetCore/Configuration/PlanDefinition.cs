using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The plan of one token type under a policy, as configured. It is immutable, and equal to a plan with the same content.
/// </summary>
public sealed record PlanDefinition
{
    internal PlanDefinition(string policyName, string tokenType, EquatableList<QuotaDefinition> quotas)
    {
        PolicyName = policyName;
        TokenType = tokenType;
        CountedTokenType = tokenType;
        QuotaDefinitions = quotas;
        Quotas = new EquatableList<Quota>([.. quotas.Select(quota => quota.Quota)]);
    }

    /// <summary>Gets the name of the policy.</summary>
    public string PolicyName { get; }

    /// <summary>
    /// Gets the token type of the callers; for a named plan, followed by a slash and the name of the plan, such as
    /// <c>api-key/pro</c>.
    /// </summary>
    public string TokenType { get; }

    /// <summary>Gets the name of a named plan, such as <c>pro</c>; <see langword="null"/> for the plan of the token type.</summary>
    public string? PlanName { get; init; }

    /// <summary>
    /// Gets the token type whose counts the plan continues: if a named plan differs from the plan of its token type only in limits,
    /// a caller that gets the other plan keeps its counts.
    /// </summary>
    internal string CountedTokenType { get; init; }

    /// <summary>Gets the token type without the name of the plan.</summary>
    internal string CallerTokenType => PlanName is null ? TokenType : TokenType[..^(PlanName.Length + 1)];

    /// <summary>Gets the quotas, in the order of all statuses, costs and limits; none for an exempt token type.</summary>
    public IReadOnlyList<Quota> Quotas { get; }

    /// <summary>Gets when responses carry headers.</summary>
    public HeadersWhen Headers { get; init; }

    /// <summary>Gets a value indicating whether the token type is not limited at all.</summary>
    public bool IsExempt { get; init; }

    /// <summary>Gets a value indicating whether permits that callers took while a store could not count are charged in it afterwards.</summary>
    public bool ChargeAfterOutage { get; init; }

    /// <summary>Gets the share of the callers for which the plan is enforced, from 0 to 1; requests of the others are only counted.</summary>
    public double Enforce { get; init; } = 1;

    /// <summary>Gets when callers are banned; <see langword="null"/> for never.</summary>
    internal BanDefinition? Ban { get; init; }

    /// <summary>Gets the function that returns whether a response clears what its caller has used of the plan; <see langword="null"/> for none.</summary>
    internal Func<HttpResponse, bool>? ResetsOn { get; init; }

    /// <summary>
    /// Gets the name of the resource whose policies share the counts of the plan; <see langword="null"/> if the policy counts by
    /// itself.
    /// </summary>
    public string? SharedResource { get; init; }

    /// <summary>
    /// Gets the owner of the counts of the plan, for the keys of stores: the escaped name of the policy (RFC 3986, section 2.1), or
    /// <c>@</c> and the escaped name of a resource that policies share.
    /// </summary>
    public string CountedAs => SharedResource is null ? Uri.EscapeDataString(PolicyName) : $"@{Uri.EscapeDataString(SharedResource)}";

    /// <summary>Gets the values that are the same for all plans that are counted in the same partitions.</summary>
    internal (string Policy, string TokenType) CountedBy => (CountedAs, CountedTokenType);

    internal EquatableList<QuotaDefinition> QuotaDefinitions { get; }

    /// <summary>Gets which quotas are shown by header families that show one; <see langword="null"/> if all are automatic.</summary>
    internal QuotaDisplay[]? Displays => QuotaDefinitions.Any(quota => quota.Display != QuotaDisplay.Automatic)
        ? [.. QuotaDefinitions.Select(quota => quota.Display)]
        : null;

    /// <summary>Gets the index of the concurrency quota; -1 if there is none.</summary>
    internal int ConcurrencyIndex => Quotas.Index().FirstOrDefault(quota => quota.Item is ConcurrencyQuota, (-1, null!)).Index;

    /// <summary>Gets the longest window, after which no count is of interest; zero if there is none.</summary>
    internal TimeSpan LongestWindow => new(Quotas.Select(quota => quota.Shape.Window).DefaultIfEmpty().Max());

    /// <summary>Returns whether the quotas are those of another plan, including limits that are numbers.</summary>
    internal bool HasQuotasOf(PlanDefinition other) => CountsAs(other) && QuotaDefinitions.Zip(other.QuotaDefinitions)
        .All(pair => pair.First.Limit is null == pair.Second.Limit is null && (pair.First.Limit is not null || pair.First.Quota.Limit == pair.Second.Quota.Limit));

    /// <summary>Returns whether this is a named plan for callers of another plan's token type.</summary>
    internal bool IsNamedPlanOf(PlanDefinition other) => PlanName is not null && CallerTokenType == other.TokenType;

    /// <summary>Returns whether the quotas count as those of another plan do, whatever their limits are.</summary>
    internal bool CountsAs(PlanDefinition other) =>
        Quotas.Count == other.Quotas.Count && Quotas.Zip(other.Quotas).All(pair => pair.First.CountsAs(pair.Second));

    /// <summary>Returns whether the quotas have the shapes of another plan's quotas, so that counts continue.</summary>
    internal bool HasShapesOf(PlanDefinition other) => Quotas.Select(quota => quota.Shape).SequenceEqual(other.Quotas.Select(quota => quota.Shape));
}
