using System.Numerics;

namespace RateLimitHeaders.AspNetCore;

/// <summary>What the names and formats of header fields must keep.</summary>
internal static class FieldRules
{
    private static readonly string s_path = OptionsPath.Join(OptionsPath.Headers, nameof(HeadersOptions.XRateLimit));
    private static readonly string s_names = OptionsPath.Join(s_path, nameof(XRateLimitOptions.Names));

    public static IEnumerable<RateLimitConfigurationError> Check(HeadersOptions options)
    {
        var fields = options.XRateLimit;
        foreach (var error in ValueRules.IsDefined(s_path, nameof(fields.Reset), fields.Reset).Concat(CheckRenamed(fields)))
        {
            yield return error;
        }

        string[] written = [.. HeadersFactory.CreateFields(options)?.Names ?? []];
        foreach (var name in written.Where(name => !IsToken(name)))
        {
            yield return new(
                RateLimitErrorIds.FieldName,
                fields.Names.ContainsValue(name) ? s_names : OptionsPath.Join(s_path, nameof(fields.Prefix)),
                $"\"{name}\" cannot be the name of a header field; use letters, digits and hyphens (RFC 9110, section 5.6.2).");
        }

        var ietf = IetfSettings.NamesOf(options.Ietf.Draft).Select(name => options.Ietf.Prefix + name).ToArray();
        foreach (var name in ietf.Where(name => !IsToken(name)))
        {
            yield return new(
                RateLimitErrorIds.FieldName,
                OptionsPath.Join(OptionsPath.Headers, nameof(HeadersOptions.Ietf), nameof(IetfOptions.Prefix)),
                $"\"{name}\" cannot be the name of a header field; use letters, digits and hyphens (RFC 9110, section 5.6.2).");
        }

        if (options.ReasonField is { } field && !IsToken(field))
        {
            yield return new(
                RateLimitErrorIds.FieldName,
                OptionsPath.Join(OptionsPath.Headers, nameof(HeadersOptions.ReasonField)),
                $"\"{field}\" cannot be the name of a header field; use letters, digits and hyphens (RFC 9110, section 5.6.2).");
        }

        if (options.ReportOnlyPrefix is { Length: > 0 } prefix && !IsToken(prefix))
        {
            yield return new(
                RateLimitErrorIds.FieldName,
                OptionsPath.Join(OptionsPath.Headers, nameof(HeadersOptions.ReportOnlyPrefix)),
                $"\"{prefix}\" cannot begin the name of a header field; use letters, digits and hyphens (RFC 9110, section 5.6.2).");
        }

        var all = written.Concat(ietf);
        foreach (var name in all.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            yield return new(
                RateLimitErrorIds.FieldRepeated,
                s_names,
                $"{name.Count()} fields are named \"{name.Key}\"; give each a name of its own.");
        }
    }

    private static IEnumerable<RateLimitConfigurationError> CheckRenamed(XRateLimitOptions options) =>
        from renamed in options.Names
        where !Enum.IsDefined(renamed.Key) || !BitOperations.IsPow2((int)renamed.Key)
        select new RateLimitConfigurationError(
            RateLimitErrorIds.RenamedField,
            OptionsPath.Join(s_names, $"{renamed.Key}"),
            $"The name \"{renamed.Value}\" is given for {renamed.Key}; give it for one field.");

    private static bool IsToken(string name) =>
        name.Length > 0 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || "!#$%&'*+-.^_`|~".Contains(letter, StringComparison.Ordinal));
}
