namespace RateLimitHeaders.AspNetCore;

/// <summary>Finds settings of headers that have no effect, and so are mistakes.</summary>
internal static class HeaderEffectChecks
{
    private static readonly string s_ietf = OptionsPath.Join(OptionsPath.Headers, nameof(HeadersOptions.Ietf));
    private static readonly string s_xRateLimit = OptionsPath.Join(OptionsPath.Headers, nameof(HeadersOptions.XRateLimit));

    public static void Check(HeadersOptions options, SettingFindings findings, ConfigurationErrors errors)
    {
        CheckIetf(options.Ietf, findings, errors);
        AddIf(
            options is { XRateLimit.Fields: XRateLimitFields.None, Ietf.Draft: IetfDraft.None, When: not HeadersWhen.Never }
                && findings.IsRead(OptionsPath.Join(s_xRateLimit, nameof(XRateLimitOptions.Fields))),
            OptionsPath.Join(s_xRateLimit, nameof(XRateLimitOptions.Fields)),
            "Fields is None",
            $"{XRateLimitOptions.DefaultFields} are written if no Draft is chosen",
            "give a Draft, or Headers:When Never for no fields",
            errors);
        CheckXRateLimit(options.XRateLimit, HeadersFactory.FieldsOf(options), findings, errors);
        CheckForms(options.XRateLimit, HeadersFactory.FieldsOf(options), findings, errors);
    }

    private static void CheckIetf(IetfOptions options, SettingFindings findings, ConfigurationErrors errors)
    {
        AddIf(
            options is { IncludePartitionKey: true, Draft: IetfDraft.None or IetfDraft.Draft06 or IetfDraft.Draft07 }
                && IsMistake(findings, s_ietf, nameof(options.Draft), nameof(options.IncludePartitionKey)),
            OptionsPath.Join(s_ietf, nameof(options.IncludePartitionKey)),
            "IncludePartitionKey is True",
            $"the Draft is {options.Draft}, and only draft -11 has pk",
            $"give the Draft {IetfDraft.Draft11}, or leave it out",
            errors);
        AddIf(
            options is { Prefix.Length: > 0, Draft: IetfDraft.None } && IsMistake(findings, s_ietf, nameof(options.Draft), nameof(options.Prefix)),
            OptionsPath.Join(s_ietf, nameof(options.Prefix)),
            $"Prefix is \"{options.Prefix}\"",
            "no Draft is chosen",
            "give a Draft, or leave it out",
            errors);
    }

    private static void CheckXRateLimit(
        XRateLimitOptions options, XRateLimitFields written, SettingFindings findings, ConfigurationErrors errors)
    {
        foreach (var (field, name) in options.Names)
        {
            AddIf(
                HeadersFactory.IsField(field) && !IsRead(field)
                    && IsMistake(findings, s_xRateLimit, nameof(options.Fields), OptionsPath.Join(nameof(options.Names), $"{field}")),
                OptionsPath.Join(s_xRateLimit, nameof(options.Names), $"{field}"),
                $"The name of {field} is \"{name}\"",
                $"{field} is not written",
                $"add {field} to Fields, or leave it out",
                errors);
        }

        AddIf(
            options.Prefix != XRateLimitOptions.DefaultPrefix
                && !Enum.GetValues<XRateLimitFields>().Any(field => IsRead(field) && !options.Names.ContainsKey(field))
                && IsMistake(findings, s_xRateLimit, nameof(options.Fields), nameof(options.Prefix)),
            OptionsPath.Join(s_xRateLimit, nameof(options.Prefix)),
            $"Prefix is \"{options.Prefix}\"",
            written == XRateLimitFields.None ? "none of its fields is written" : "all fields that are written have names of their own",
            written == XRateLimitFields.None ? "give Fields, or leave it out" : "leave it out",
            errors);

        // Remaining is looked for in responses that already have fields, whether or not it is written.
        bool IsRead(XRateLimitFields field) =>
            HeadersFactory.IsField(field) && (written.HasFlag(field) || (field == XRateLimitFields.Remaining && written != XRateLimitFields.None));
    }

    /// <summary>Checks the formats of fields. A value that code has set may come from a preset some of whose fields configuration omits.</summary>
    private static void CheckForms(XRateLimitOptions options, XRateLimitFields written, SettingFindings findings, ConfigurationErrors errors)
    {
        Check(options.Reset != ResetFormat.UnixSeconds, nameof(options.Reset), $"{options.Reset}", XRateLimitFields.Reset);
        Check(options.WholeLimit, nameof(options.WholeLimit), $"{options.WholeLimit}", XRateLimitFields.Limit);

        void Check(bool isSet, string setting, string value, XRateLimitFields field) => AddIf(
            isSet && !written.HasFlag(field) && findings.IsRead(OptionsPath.Join(s_xRateLimit, setting)),
            OptionsPath.Join(s_xRateLimit, setting),
            $"{setting} is {value}",
            $"{field} is not written",
            $"add {field} to Fields, or leave it out",
            errors);
    }

    /// <summary>Returns whether a setting without effect is a mistake: configuration may omit the fields for which code has set it.</summary>
    private static bool IsMistake(SettingFindings findings, string family, string fields, string setting) =>
        !findings.IsRead(OptionsPath.Join(family, fields)) || findings.IsRead(OptionsPath.Join(family, setting));

    private static void AddIf(bool isWrong, string path, string what, string reason, string remedy, ConfigurationErrors errors) =>
        errors.AddIf(isWrong, RateLimitErrorIds.HeaderSettingWithoutEffect, path, $"{what}, which has no effect, because {reason}; {remedy}.");
}
