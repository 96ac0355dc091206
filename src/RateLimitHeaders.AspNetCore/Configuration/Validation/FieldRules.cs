namespace RateLimitHeaders.AspNetCore;

/// <summary>What the names and formats of header fields must keep.</summary>
internal static class FieldRules
{
    private static readonly string s_path = OptionsPath.Join(OptionsPath.Headers, nameof(HeadersOptions.XRateLimit));
    private static readonly string s_names = OptionsPath.Join(s_path, nameof(XRateLimitOptions.Names));
    private static readonly string s_ietfPrefix = OptionsPath.Join(OptionsPath.Headers, nameof(HeadersOptions.Ietf), nameof(IetfOptions.Prefix));
    private static readonly string s_reasonField = OptionsPath.Join(OptionsPath.Headers, nameof(HeadersOptions.ReasonField));
    private static readonly string s_reportOnlyPrefix = OptionsPath.Join(OptionsPath.Headers, nameof(HeadersOptions.ReportOnlyPrefix));

    public static IEnumerable<RateLimitConfigurationError> Check(HeadersOptions options)
    {
        var fields = options.XRateLimit;
        string[] written = [.. HeadersFactory.CreateFields(options)?.Names ?? []];
        string[] ietf = [.. IetfSettings.NamesOf(options.Ietf.Draft).Select(name => options.Ietf.Prefix + name)];
        return
        [
            .. ValueRules.IsDefined(s_path, nameof(fields.Reset), fields.Reset),
            .. ValueRules.AreDefined(s_path, nameof(fields.Fields), fields.Fields),
            .. CheckRenamed(fields),
            .. written.SelectMany(name =>
                IsName(fields.Names.ContainsValue(name) ? s_names : OptionsPath.Join(s_path, nameof(fields.Prefix)), name)),
            .. ietf.SelectMany(name => IsName(s_ietfPrefix, name)),
            .. options.ReasonField is { } reason ? IsName(s_reasonField, reason) : [],
            .. options.ReportOnlyPrefix is { Length: > 0 } prefix ? IsName(s_reportOnlyPrefix, prefix, "begin") : [],
            .. CheckRepeated(options, [.. written, .. ietf]),
        ];
    }

    private static IEnumerable<RateLimitConfigurationError> CheckRenamed(XRateLimitOptions options) =>
        from renamed in options.Names
        where !HeadersFactory.IsField(renamed.Key)
        select new RateLimitConfigurationError(
            RateLimitErrorIds.RenamedField,
            OptionsPath.Join(s_names, $"{renamed.Key}"),
            $"The name \"{renamed.Value}\" is given for {renamed.Key}; give it for one field.");

    private static IEnumerable<RateLimitConfigurationError> CheckRepeated(HeadersOptions options, string[] names)
    {
        // An empty prefix is no mistake: enforced and report-only plans then share their fields.
        var reportOnly = options.ReportOnlyPrefix is { Length: > 0 } prefix ? names.Distinct(StringComparer.OrdinalIgnoreCase).Select(name => prefix + name) : [];
        IEnumerable<(string Name, string Path)> all =
        [
            .. names.Select(name => (name, s_names)),
            .. options.ReasonField is { } reason ? [(reason, s_reasonField)] : Array.Empty<(string, string)>(),
            .. reportOnly.Select(name => (name, s_reportOnlyPrefix)),
        ];
        return from field in all
               group field by field.Name.ToUpperInvariant() into same
               where same.Count() > 1
               select new RateLimitConfigurationError(
                   RateLimitErrorIds.FieldRepeated,
                   same.Last().Path,
                   $"{same.Count()} fields are named \"{same.First().Name}\"; give each a name of its own.");
    }

    private static IEnumerable<RateLimitConfigurationError> IsName(string path, string name, string verb = "be")
    {
        if (name.Length == 0 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || "!#$%&'*+-.^_`|~".Contains(letter, StringComparison.Ordinal)))
        {
            yield return new(
                RateLimitErrorIds.FieldName,
                path,
                $"\"{name}\" cannot {verb} the name of a header field; use letters, digits and hyphens (RFC 9110, section 5.6.2).");
        }
    }
}
