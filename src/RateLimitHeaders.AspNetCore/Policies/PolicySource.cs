namespace RateLimitHeaders.AspNetCore;

/// <summary>A policy as configured, from which the policy is made when all is known to be right.</summary>
internal abstract class PolicySource(string name)
{
    public string Name => name;

    public abstract IEnumerable<string> Validate(IReadOnlyCollection<string> tokenTypes);

    /// <summary>Tells what a store would count.</summary>
    public virtual IEnumerable<StoredPlan> StoredPlans(PolicyContext context) => [];

    public abstract Policy Create(PolicyContext context);
}
