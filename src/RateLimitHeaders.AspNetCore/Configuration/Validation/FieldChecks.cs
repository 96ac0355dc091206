namespace RateLimitHeaders.AspNetCore;

/// <summary>The requirements of the names and formats of header fields.</summary>
internal static class FieldChecks
{
    private static readonly string s_path = OptionsPath.Join(OptionsPath.Headers, nameof(HeadersOptions.XRateLimit));
    private static readonly string s_names = OptionsPath.Join(s_path, nameof(XRateLimitOptions.Names));
    private static readonly string s_prefix = OptionsPath.Join(s_path, nameof(XRateLimitOptions.Prefix));
    private static readonly string s_ietfPrefix = OptionsPath.Join(OptionsPath.Headers, nameof(HeadersOptions.Ietf), nameof(IetfOptions.Prefix));
    private static readonly string s_reasonField = OptionsPath.Join(OptionsPath.Headers, nameof(HeadersOptions.ReasonField));
    private static readonly string s_reportOnlyPrefix = OptionsPath.Join(OptionsPath.Headers, nameof(HeadersOptions.ReportOnlyPrefix));

    // Those that this library, servers or proxies give a meaning of their own in each response.
    private static readonly HashSet<string> s_reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "Retry-After", "Access-Control-Allow-Origin", "Access-Control-Expose-Headers", "Cache-Control", "Connection", "Content-Encoding",
        "Content-Length", "Content-Type", "Date", "grpc-message", "grpc-retry-pushback-ms", "grpc-status", "grpc-status-details-bin", "Location",
        "Set-Cookie", "Trailer", "Transfer-Encoding", "Upgrade", "Vary", "WWW-Authenticate", ExplanationField.FieldName,
    };

    public static void Check(HeadersOptions options, ConfigurationErrors errors)
    {
        var fields = options.XRateLimit;
        string[] written = [.. HeadersFactory.CreateFields(options)?.Names ?? []];
        string[] ietf = [.. IetfSettings.NamesOf(options.Ietf.Draft).Select(name => options.Ietf.Prefix + name)];
        errors.CheckDefined(s_path, fields.Reset);
        errors.AddIf(
            Enum.GetValues<XRateLimitFields>().Aggregate(fields.Fields, (left, field) => left & ~field) != XRateLimitFields.None,
            RateLimitErrorIds.ValueUndefined,
            s_path,
            fields.Fields,
            $"give values of {nameof(XRateLimitFields)}");
        errors.AddRange(
            from renamed in fields.Names
            where !HeadersFactory.IsField(renamed.Key)
            select new RateLimitConfigurationError(
                RateLimitErrorIds.RenamedField,
                OptionsPath.Join(s_names, $"{renamed.Key}"),
                $"The name \"{renamed.Value}\" is given for {renamed.Key}; give it for one field."));
        foreach (var name in written)
        {
            CheckName(fields.Names.ContainsValue(name) ? s_names : s_prefix, name, errors);
        }

        foreach (var name in ietf)
        {
            CheckName(s_ietfPrefix, name, errors);
        }

        CheckName(s_reasonField, options.ReasonField, errors);
        CheckName(s_reportOnlyPrefix, options.ReportOnlyPrefix is { Length: > 0 } prefix ? prefix : null, errors, "begin");
        CheckRepeated(options, [.. written, .. ietf], errors);
    }

    private static void CheckRepeated(HeadersOptions options, string[] names, ConfigurationErrors errors)
    {
        // An empty prefix is not a mistake: enforced and report-only plans then share their fields.
        var reportOnly = options.ReportOnlyPrefix is { Length: > 0 } prefix
            ? names.Distinct(StringComparer.OrdinalIgnoreCase).Select(name => prefix + name)
            : [];
        IEnumerable<(string Name, string Path)> all =
        [
            .. names.Select(name => (name, s_names)),
            .. options.ReasonField is { } reason ? [(reason, s_reasonField)] : Array.Empty<(string, string)>(),
            .. reportOnly.Select(name => (name, s_reportOnlyPrefix)),
        ];
        errors.AddRange(
            from field in all
            group field by field.Name.ToUpperInvariant() into same
            where same.Count() > 1
            select new RateLimitConfigurationError(
                RateLimitErrorIds.FieldRepeated,
                same.Last().Path,
                $"{same.Count()} fields are named \"{same.First().Name}\"; give each a name of its own."));
    }

    /// <summary>Returns whether a text can be the name of a header field.</summary>
    public static bool IsName(string text) => text.Length > 0 && text.All(IsOfToken);

    private static void CheckName(string path, string? name, ConfigurationErrors errors, string verb = "be")
    {
        errors.AddIf(
            name is not null && !IsName(name),
            RateLimitErrorIds.FieldName,
            path,
            $"\"{name}\" cannot {verb} the name of a header field; use letters, digits and hyphens (RFC 9110, section 5.6.2).");
        errors.AddIf(
            name is not null && s_reserved.Contains(name),
            RateLimitErrorIds.FieldName,
            path,
            $"\"{name}\" is the name of a field with another meaning; give a name of its own.");
    }

    private static bool IsOfToken(char letter) =>
        char.IsAsciiLetterOrDigit(letter) || "!#$%&'*+-.^_`|~".Contains(letter, StringComparison.Ordinal);
}
