namespace RateLimitHeaders.AspNetCore;

/// <summary>The plans of a policy's options, with the quotas of the policy itself as the plan for others.</summary>
internal sealed class PolicyPlans
{
    private readonly Dictionary<string, NamedPlan> _byTokenType = new(StringComparer.Ordinal);
    private readonly NamedPlan? _others;

    public PolicyPlans(string path, PolicyOptions policy)
    {
        foreach (var (tokenType, plan) in policy.Plans)
        {
            _byTokenType.Add(tokenType, new NamedPlan(OptionsPath.Plan(path, tokenType), plan.Quotas, plan));
        }

        if (policy.PlanForOthers is { } others)
        {
            _others = new NamedPlan(OptionsPath.PlanForOthers(path), others.Quotas, others);
        }
        else if (policy.Quotas.Count > 0)
        {
            _others = new NamedPlan(path, policy.Quotas, new PlanOptions());
        }
    }

    public IEnumerable<NamedPlan> All => _others is null ? _byTokenType.Values : _byTokenType.Values.Append(_others);

    public NamedPlan? For(string tokenType) => _byTokenType.GetValueOrDefault(tokenType) ?? _others;
}
