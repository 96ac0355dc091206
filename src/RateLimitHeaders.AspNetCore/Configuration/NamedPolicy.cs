namespace RateLimitHeaders.AspNetCore;

/// <summary>The options of a policy.</summary>
/// <param name="Path">Where they are in the configuration.</param>
/// <param name="Name">The name of the policy.</param>
/// <param name="Options">The options.</param>
internal sealed record NamedPolicy(string Path, string Name, PolicyOptions Options)
{
    /// <summary>Returns all policies of options, including that of their own quotas.</summary>
    public static NamedPolicy[] AllOf(RateLimitHeadersOptions options)
    {
        var policies = options.Policies.Select(policy => new NamedPolicy(OptionsPath.Policy(policy.Key), policy.Key, policy.Value));
        return options.Quotas.Count == 0 || options.Policies.ContainsKey(RateLimitsBuilder.DefaultPolicyName)
            ? [.. policies]
            : [.. policies, new(Path: string.Empty, RateLimitsBuilder.DefaultPolicyName, new PolicyOptions { Quotas = options.Quotas })];
    }

    /// <summary>Returns the rules that identify the caller of a request: those of the policy, or else common ones.</summary>
    public PrincipalsDefinition PrincipalsOr(PrincipalsDefinition common) =>
        Options.Principals.Count == 0 ? common : PrincipalsDefinition.Of(Options.Principals);
}
