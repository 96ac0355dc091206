namespace RateLimitHeaders.AspNetCore;

/// <summary>The settings of the rules that identify callers, which depend on the source of the id.</summary>
internal static class PrincipalSettings
{
    private static readonly SettingKind<string> s_fieldName = new(
        static _ => "give letters, digits and hyphens (RFC 9110, section 5.6.2)", static text => FieldChecks.IsName(text) ? text : null)
    {
        Schema = "string",
    };

    // An empty one is a variable that was not set.
    private static readonly SettingKind<string> s_presentedSecret = new(
        static _ => "give a text that is not empty", static text => text.Length > 0 ? text : null)
    {
        Schema = "string",
        IsSecret = true,
    };

    /// <summary>Gets the settings by the source of the id.</summary>
    public static IReadOnlyDictionary<PrincipalSource, SettingTable<PrincipalOptions>> Tables { get; } =
        new Dictionary<PrincipalSource, SettingTable<PrincipalOptions>>
        {
            [PrincipalSource.User] = WithTokenType(From().Value(SettingKinds.TextOrNull, o => o.PlanClaim, (o, value) => o.PlanClaim = value)),
            [PrincipalSource.Claim] = WithTokenType(From().Value(SettingKinds.Text, o => o.ClaimType, (o, value) => o.ClaimType = value)),
            [PrincipalSource.AuthenticationScheme] = WithTokenType(From().Value(SettingKinds.Text, o => o.Scheme, (o, value) => o.Scheme = value)),
            [PrincipalSource.Header] = WithTokenType(From()
                .Value(s_fieldName, o => o.HeaderName, (o, value) => o.HeaderName = value)
                .List(s_presentedSecret, o => o.Values)),
            [PrincipalSource.Form] = WithTokenType(From().Value(SettingKinds.Text, o => o.FieldName, (o, value) => o.FieldName = value)),
            [PrincipalSource.IpAddress] = WithTokenType(
                From().Value(SettingKinds.Integer, o => o.IPv6PrefixLength, (o, value) => o.IPv6PrefixLength = value)),
            [PrincipalSource.Code] = From(),
        };

    /// <summary>Creates the rule, or returns the setting that is missing.</summary>
    public static (PrincipalRule? Rule, string? Missing) Create(PrincipalOptions options) => options switch
    {
        { From: PrincipalSource.User, PlanClaim: null or "" } => (new UserRule(options.TokenType ?? TokenTypes.User), null),
        { From: PrincipalSource.User } => (new PlannedUserRule(options.TokenType ?? TokenTypes.User, options.PlanClaim), null),
        { From: PrincipalSource.IpAddress } => (new AddressRule(options.TokenType ?? TokenTypes.Anonymous, options.IPv6PrefixLength), null),
        { From: PrincipalSource.Claim, ClaimType: null or "" } => (null, nameof(options.ClaimType)),
        { From: PrincipalSource.AuthenticationScheme, Scheme: null or "" } => (null, nameof(options.Scheme)),
        { From: PrincipalSource.Header, HeaderName: null or "" } => (null, nameof(options.HeaderName)),
        { From: PrincipalSource.Header, Values.Count: 0 } => (null, nameof(options.Values)),
        { From: PrincipalSource.Form, FieldName: null or "" } => (null, nameof(options.FieldName)),
        { TokenType: null } => (null, nameof(options.TokenType)),
        { From: PrincipalSource.Claim } => (new ClaimRule(options.ClaimType, options.TokenType, condition: null), null),
        { From: PrincipalSource.AuthenticationScheme } => (new AuthenticationSchemeRule(options.Scheme, options.TokenType), null),
        { From: PrincipalSource.Form } => (new FormRule(options.FieldName, options.TokenType), null),
        _ => (HeaderRule.Listed(options.HeaderName!, options.TokenType, [.. options.Values]), null),
    };

    private static SettingTable<PrincipalOptions> From() => new SettingTable<PrincipalOptions>()
        .Value(EnumNames<PrincipalSource>.KindOrNull, o => o.From, (o, value) => o.From = value);

    private static SettingTable<PrincipalOptions> WithTokenType(SettingTable<PrincipalOptions> table) =>
        table.Value(SettingKinds.Text, o => o.TokenType, (o, value) => o.TokenType = value);
}
