namespace RateLimitHeaders.AspNetCore;

/// <summary>The rules that identify the caller of a request.</summary>
/// <param name="Rules">The rules in their order, without the last.</param>
/// <param name="Address">The last rule, which every request matches.</param>
internal sealed record PrincipalsDefinition(EquatableList<PrincipalRule> Rules, AddressRule Address)
{
    /// <summary>Gets all token types that a request can have. An empty one is already an error, and needs no plan.</summary>
    public IReadOnlyCollection<string> TokenTypes =>
    [
        .. Rules.Append(Address).SelectMany(rule => rule.TokenTypes).Where(tokenType => !string.IsNullOrEmpty(tokenType)).Distinct(StringComparer.Ordinal),
    ];

    /// <summary>Creates the definition of rules: the default ones if there is none.</summary>
    public static PrincipalsDefinition Of(IReadOnlyCollection<PrincipalRule> rules) => new(
        rules.Count == 0 ? [new UserRule(AspNetCore.TokenTypes.User)] : new([.. rules.Where(rule => rule is not AddressRule)]),
        rules.OfType<AddressRule>().FirstOrDefault() ?? new AddressRule(AspNetCore.TokenTypes.Anonymous, ClientAddress.DefaultIPv6PrefixLength));
}
