namespace RateLimitHeaders.AspNetCore;

/// <summary>The options of a policy.</summary>
/// <param name="Path">Where they are in the configuration.</param>
/// <param name="Name">The name of the policy.</param>
/// <param name="Options">The options.</param>
internal sealed record NamedPolicy(string Path, string Name, PolicyOptions Options)
{
    /// <summary>Gets the rules that tell the caller of a request: those of the policy, or else common ones.</summary>
    public PrincipalsDefinition PrincipalsOr(PrincipalsDefinition common) =>
        Options.Principals.Count == 0 ? common : PrincipalsDefinition.Of(Options.Principals);
}
