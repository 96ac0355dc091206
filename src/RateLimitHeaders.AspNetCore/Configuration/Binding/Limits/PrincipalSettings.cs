namespace RateLimitHeaders.AspNetCore;

/// <summary>The settings of the rules that identify callers, which depend on what they identify them by.</summary>
internal static class PrincipalSettings
{
    private static readonly ValueSetting<PrincipalOptions, PrincipalSource?> s_from = new(
        nameof(PrincipalOptions.From), SettingKinds.NameOrNullOf<PrincipalSource>(), o => o.From, (o, value) => o.From = value);

    private static readonly ValueSetting<PrincipalOptions, string> s_tokenType = new(
        nameof(PrincipalOptions.TokenType), SettingKinds.Text, o => o.TokenType, (o, value) => o.TokenType = value);

    /// <summary>Gets the settings by what identifies the caller.</summary>
    public static IReadOnlyDictionary<PrincipalSource, SettingTable<PrincipalOptions>> Tables { get; } =
        new Dictionary<PrincipalSource, SettingTable<PrincipalOptions>>
        {
            [PrincipalSource.User] = new(
                s_from,
                new ValueSetting<PrincipalOptions, string?>(
                    nameof(PrincipalOptions.PlanClaim), SettingKinds.TextOrNull!, o => o.PlanClaim, (o, value) => o.PlanClaim = value),
                s_tokenType),
            [PrincipalSource.Claim] = new(
                s_from,
                new ValueSetting<PrincipalOptions, string>(
                    nameof(PrincipalOptions.ClaimType), SettingKinds.Text, o => o.ClaimType, (o, value) => o.ClaimType = value),
                s_tokenType),
            [PrincipalSource.AuthenticationScheme] = new(
                s_from,
                new ValueSetting<PrincipalOptions, string>(
                    nameof(PrincipalOptions.Scheme), SettingKinds.Text, o => o.Scheme, (o, value) => o.Scheme = value),
                s_tokenType),
            [PrincipalSource.Header] = new(
                s_from,
                new ValueSetting<PrincipalOptions, string>(
                    nameof(PrincipalOptions.HeaderName), SettingKinds.Text, o => o.HeaderName, (o, value) => o.HeaderName = value),
                new ListSetting<PrincipalOptions, string>(nameof(PrincipalOptions.Values), SettingKinds.SecretText, o => o.Values),
                s_tokenType),
            [PrincipalSource.Form] = new(
                s_from,
                new ValueSetting<PrincipalOptions, string>(
                    nameof(PrincipalOptions.FieldName), SettingKinds.Text, o => o.FieldName, (o, value) => o.FieldName = value),
                s_tokenType),
            [PrincipalSource.IpAddress] = new(
                s_from,
                new ValueSetting<PrincipalOptions, int>(
                    nameof(PrincipalOptions.IPv6PrefixLength), SettingKinds.Integer, o => o.IPv6PrefixLength, (o, value) => o.IPv6PrefixLength = value),
                s_tokenType),
            [PrincipalSource.Code] = new(s_from),
        };

    /// <summary>Makes the rule, or tells which setting is missing.</summary>
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
        _ => (new ListedHeaderRule(options.HeaderName!, options.TokenType, [.. options.Values]), null),
    };
}
