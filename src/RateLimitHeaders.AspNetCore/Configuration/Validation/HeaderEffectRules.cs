namespace RateLimitHeaders.AspNetCore;

/// <summary>Finds settings of headers that have no effect, and so are mistakes.</summary>
internal static class HeaderEffectRules
{
    private static readonly string s_ietf = OptionsPath.Join(OptionsPath.Headers, nameof(HeadersOptions.Ietf));
    private static readonly string s_xRateLimit = OptionsPath.Join(OptionsPath.Headers, nameof(HeadersOptions.XRateLimit));

    public static IEnumerable<RateLimitConfigurationError> Check(HeadersOptions options, SettingFindings findings) =>
    [
        .. CheckIetf(options.Ietf, findings),
        .. CheckXRateLimit(options.XRateLimit, HeadersFactory.FieldsOf(options), findings),
        .. CheckForms(options.XRateLimit, HeadersFactory.FieldsOf(options), findings),
    ];

    private static IEnumerable<RateLimitConfigurationError> CheckIetf(IetfOptions options, SettingFindings findings)
    {
        if (options is { IncludePartitionKey: true, Draft: IetfDraft.None or IetfDraft.Draft06 or IetfDraft.Draft07 }
            && IsMistake(findings, s_ietf, nameof(options.Draft), nameof(options.IncludePartitionKey)))
        {
            yield return Say(
                OptionsPath.Join(s_ietf, nameof(options.IncludePartitionKey)),
                "IncludePartitionKey is True",
                $"the Draft is {options.Draft}, and only draft -11 has pk",
                $"give the Draft {IetfDraft.Draft11}, or leave it out");
        }

        if (options is { Prefix.Length: > 0, Draft: IetfDraft.None }
            && IsMistake(findings, s_ietf, nameof(options.Draft), nameof(options.Prefix)))
        {
            yield return Say(
                OptionsPath.Join(s_ietf, nameof(options.Prefix)),
                $"Prefix is \"{options.Prefix}\"",
                "no Draft is chosen whose fields it would begin",
                "give a Draft, or leave it out");
        }
    }

    private static IEnumerable<RateLimitConfigurationError> CheckXRateLimit(
        XRateLimitOptions options, XRateLimitFields written, SettingFindings findings)
    {
        foreach (var (field, name) in options.Names.Where(renamed => HeadersFactory.IsField(renamed.Key)
            && !IsRead(renamed.Key)
            && IsMistake(findings, s_xRateLimit, nameof(options.Fields), OptionsPath.Join(nameof(options.Names), $"{renamed.Key}"))))
        {
            yield return Say(
                OptionsPath.Join(s_xRateLimit, nameof(options.Names), $"{field}"),
                $"The name of {field} is \"{name}\"",
                $"{field} is not written",
                $"add {field} to Fields, or leave it out");
        }

        if (options.Prefix != XRateLimitOptions.DefaultPrefix
            && !Enum.GetValues<XRateLimitFields>().Any(field => IsRead(field) && !options.Names.ContainsKey(field))
            && IsMistake(findings, s_xRateLimit, nameof(options.Fields), nameof(options.Prefix)))
        {
            yield return Say(
                OptionsPath.Join(s_xRateLimit, nameof(options.Prefix)),
                $"Prefix is \"{options.Prefix}\"",
                written == XRateLimitFields.None ? "none of its fields is written" : "all fields that are written have names of their own",
                written == XRateLimitFields.None ? "give Fields, or leave it out" : "leave it out");
        }

        // What is left is looked for in responses that have fields already, whether or not it is written.
        bool IsRead(XRateLimitFields field) =>
            HeadersFactory.IsField(field) && (written.HasFlag(field) || (field == XRateLimitFields.Remaining && written != XRateLimitFields.None));
    }

    /// <summary>Checks how fields are printed. What code has set may come from a preset some of whose fields configuration leaves out.</summary>
    private static IEnumerable<RateLimitConfigurationError> CheckForms(XRateLimitOptions options, XRateLimitFields written, SettingFindings findings)
    {
        if (options.Reset != ResetFormat.UnixSeconds && IsIdle(nameof(options.Reset), XRateLimitFields.Reset))
        {
            yield return SayUnwritten(nameof(options.Reset), $"{options.Reset}", XRateLimitFields.Reset);
        }

        if (options.WholeLimit && IsIdle(nameof(options.WholeLimit), XRateLimitFields.Limit))
        {
            yield return SayUnwritten(nameof(options.WholeLimit), $"{options.WholeLimit}", XRateLimitFields.Limit);
        }

        bool IsIdle(string setting, XRateLimitFields field) => !written.HasFlag(field) && findings.IsRead(OptionsPath.Join(s_xRateLimit, setting));

        static RateLimitConfigurationError SayUnwritten(string setting, string value, XRateLimitFields field) => Say(
            OptionsPath.Join(s_xRateLimit, setting), $"{setting} is {value}", $"{field} is not written", $"add {field} to Fields, or leave it out");
    }

    /// <summary>Tells whether a setting without effect is a mistake: configuration may leave out the fields for which code has set it.</summary>
    private static bool IsMistake(SettingFindings findings, string family, string fields, string setting) =>
        !findings.IsRead(OptionsPath.Join(family, fields)) || findings.IsRead(OptionsPath.Join(family, setting));

    private static RateLimitConfigurationError Say(string path, string what, string reason, string remedy) =>
        new(RateLimitErrorIds.HeaderSettingWithoutEffect, path, $"{what}, which has no effect, since {reason}; {remedy}.");
}
