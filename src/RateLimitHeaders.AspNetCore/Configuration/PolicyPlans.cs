namespace RateLimitHeaders.AspNetCore;

/// <summary>The plans of a policy's options, with the quotas of the policy itself as the plan for others.</summary>
/// <param name="path">Where the options of the policy are in the configuration.</param>
/// <param name="policy">The options of the policy.</param>
internal sealed class PolicyPlans(string path, PolicyOptions policy)
{
    private readonly Dictionary<string, NamedPlan> _byTokenType = policy.Plans.ToDictionary(
        plan => plan.Key, plan => new NamedPlan(OptionsPath.Plan(path, plan.Key), plan.Value), StringComparer.Ordinal);

    private readonly NamedPlan? _others =
        policy.PlanForOthers is { } others ? new(OptionsPath.PlanForOthers(path), others)
        : policy.Quotas.Count > 0 ? new(path, new PlanOptions { Quotas = policy.Quotas })
        : null;

    public IEnumerable<NamedPlan> All => _others is null ? _byTokenType.Values : _byTokenType.Values.Append(_others);

    /// <summary>Returns the key of a named plan of a token type.</summary>
    public static string KeyOf(string tokenType, string planName) => $"{tokenType}/{planName}";

    /// <summary>Returns the named plans of a token type.</summary>
    /// <param name="tokenType">The token type.</param>
    /// <param name="tokenTypes">All token types, each of which may contain a slash.</param>
    public IEnumerable<(string Name, NamedPlan Plan)> NamedOf(string tokenType, IEnumerable<string> tokenTypes)
    {
        var prefix = KeyOf(tokenType, string.Empty);
        return _byTokenType
            .Where(plan => plan.Key.Length > prefix.Length && plan.Key.StartsWith(prefix, StringComparison.Ordinal) && !tokenTypes.Contains(plan.Key))
            .Select(plan => (plan.Key[prefix.Length..], plan.Value));
    }

    public NamedPlan? For(string tokenType) => _byTokenType.GetValueOrDefault(tokenType) ?? _others;
}
