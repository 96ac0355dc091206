using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The plan of one token type under a policy, as configured. It is immutable, and equals another one that says the same.
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
    /// Gets the token type of the callers; of a plan that callers have by name, followed by a slash and the name of the plan, such as
    /// <c>api-key/pro</c>.
    /// </summary>
    public string TokenType { get; }

    /// <summary>Gets the name by which callers have the plan, such as <c>pro</c>; <see langword="null"/> for the plan of the token type.</summary>
    public string? PlanName { get; init; }

    /// <summary>
    /// Gets the token type whose counts the plan goes on with: where a plan by name differs from the plan of its token type in limits
    /// alone, a caller that gets the other plan keeps what it has used.
    /// </summary>
    internal string CountedTokenType { get; init; }

    /// <summary>Gets the token type without the name of the plan.</summary>
    internal string CallerTokenType => PlanName is null ? TokenType : TokenType[..^(PlanName.Length + 1)];

    /// <summary>Gets the quotas, in the order in which all statuses, costs and limits are given; none for an exempt token type.</summary>
    public IReadOnlyList<Quota> Quotas { get; }

    /// <summary>Gets when responses carry headers.</summary>
    public HeadersWhen Headers { get; init; }

    /// <summary>Gets a value indicating whether the token type is not limited at all.</summary>
    public bool IsExempt { get; init; }

    /// <summary>Gets a value indicating whether a store is told afterwards what callers took while it could not count.</summary>
    public bool ChargeAfterOutage { get; init; }

    /// <summary>Gets the share of the callers that the plan is enforced for, from 0 to 1; requests of the others are counted alone.</summary>
    public double Enforce { get; init; } = 1;

    /// <summary>Gets when callers are banned; <see langword="null"/> for never.</summary>
    internal BanDefinition? Ban { get; init; }

    /// <summary>Gets what tells whether a response has the plan forget what its caller has used; <see langword="null"/> for none.</summary>
    internal Func<HttpResponse, bool>? ResetsOn { get; init; }

    /// <summary>
    /// Gets the name of the resource whose policies share the counts of the plan; <see langword="null"/> where the policy counts by
    /// itself.
    /// </summary>
    public string? SharedResource { get; init; }

    /// <summary>
    /// Gets what the counts of the plan belong to, for the keys of stores: the escaped name of the policy (RFC 3986, section 2.1), or
    /// <c>@</c> and the escaped name of a resource that policies share.
    /// </summary>
    public string CountedAs => SharedResource is null ? Uri.EscapeDataString(PolicyName) : $"@{Uri.EscapeDataString(SharedResource)}";

    /// <summary>Gets what plans have in common that are counted in the same partitions.</summary>
    internal (string Policy, string TokenType) CountedBy => (CountedAs, CountedTokenType);

    internal EquatableList<QuotaDefinition> QuotaDefinitions { get; }

    /// <summary>Gets which quotas header families show that show one; <see langword="null"/> where all are automatic.</summary>
    internal QuotaDisplay[]? Displays => QuotaDefinitions.Any(quota => quota.Display != QuotaDisplay.Automatic)
        ? [.. QuotaDefinitions.Select(quota => quota.Display)]
        : null;

    /// <summary>Gets the index of the concurrency quota; -1 if there is none.</summary>
    internal int ConcurrencyIndex => Quotas.Index().FirstOrDefault(quota => quota.Item is ConcurrencyQuota, (-1, null!)).Index;

    /// <summary>Gets the longest window, after which nothing that was counted holds information; zero if there is none.</summary>
    internal TimeSpan LongestWindow => new(Quotas.Select(quota => quota.Shape.Window).DefaultIfEmpty().Max());

    /// <summary>Tells whether the quotas are those of another plan, limits included where they are numbers.</summary>
    internal bool HasQuotasOf(PlanDefinition other) => CountsAs(other) && QuotaDefinitions.Zip(other.QuotaDefinitions)
        .All(pair => pair.First.Limit is null == pair.Second.Limit is null && (pair.First.Limit is not null || pair.First.Quota.Limit == pair.Second.Quota.Limit));

    /// <summary>Tells whether callers of another plan's token type have this one by name.</summary>
    internal bool IsNamedPlanOf(PlanDefinition other) => PlanName is not null && CallerTokenType == other.TokenType;

    /// <summary>Tells whether the quotas count as those of another plan do, whatever their limits are.</summary>
    internal bool CountsAs(PlanDefinition other) =>
        Quotas.Count == other.Quotas.Count && Quotas.Zip(other.Quotas).All(pair => pair.First.CountsAs(pair.Second));

    /// <summary>Tells whether the quotas have the shapes of another plan's, so that what was counted goes on.</summary>
    internal bool HasShapesOf(PlanDefinition other) => Quotas.Select(quota => quota.Shape).SequenceEqual(other.Quotas.Select(quota => quota.Shape));
}
