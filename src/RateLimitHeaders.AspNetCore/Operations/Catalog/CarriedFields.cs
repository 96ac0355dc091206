namespace RateLimitHeaders.AspNetCore;

/// <summary>Describes the fields that <see cref="HeaderEmitter"/> writes, in its order.</summary>
internal static class CarriedFields
{
    /// <summary>Returns the fields of responses.</summary>
    /// <param name="headers">The header families; <see langword="null"/> for none.</param>
    /// <param name="when">When responses carry them.</param>
    public static IEnumerable<RateLimitFieldInfo> Of(HeadersDefinition? headers, HeadersWhen when)
    {
        if (headers is null || when == HeadersWhen.Never)
        {
            return [];
        }

        var fields = headers.XRateLimit is null ? [] : OfXRateLimit(headers.XRateLimit, when);
        if (headers.Ietf is { } ietf)
        {
            fields = fields.Concat(IetfSettings.FieldsOf(ietf.Draft).Select(
                field => new RateLimitFieldInfo(ietf.NameOf(field.Name), RateLimitFieldFamily.Ietf, field.Meaning, field.Format, ietf.Draft, when)));
        }

        return headers.ReasonField is not { } reason ? fields : fields.Append(
            new RateLimitFieldInfo(reason, family: null, RateLimitFieldMeaning.Reason, RateLimitFieldFormat.Text, IetfDraft.None, HeadersWhen.Rejected));
    }

    private static IEnumerable<RateLimitFieldInfo> OfXRateLimit(XRateLimitSettings settings, HeadersWhen when) =>
        from field in new (string? Name, RateLimitFieldMeaning Meaning, RateLimitFieldFormat Format)[]
        {
            (settings.Limit, RateLimitFieldMeaning.Limit, settings.HasWholeLimit ? RateLimitFieldFormat.WholeNumber : RateLimitFieldFormat.Number),
            (settings.Remaining, RateLimitFieldMeaning.Remaining, RateLimitFieldFormat.WholeNumber),
            (settings.Reset, RateLimitFieldMeaning.Reset, FormatOf(settings.ResetFormat)),
            (settings.Used, RateLimitFieldMeaning.Used, RateLimitFieldFormat.WholeNumber),
            (settings.Resource, RateLimitFieldMeaning.Resource, RateLimitFieldFormat.Text),
            (settings.NearLimit, RateLimitFieldMeaning.NearLimit, RateLimitFieldFormat.Boolean),
        }
        where field.Name is not null
        select new RateLimitFieldInfo(field.Name, RateLimitFieldFamily.XRateLimit, field.Meaning, field.Format, IetfDraft.None, when);

    private static RateLimitFieldFormat FormatOf(ResetFormat format) => format switch
    {
        ResetFormat.UnixMilliseconds => RateLimitFieldFormat.UnixMilliseconds,
        ResetFormat.DeltaSeconds => RateLimitFieldFormat.DeltaSeconds,
        ResetFormat.Iso8601 => RateLimitFieldFormat.Iso8601,
        ResetFormat.Iso8601Minutes => RateLimitFieldFormat.Iso8601Minutes,
        ResetFormat.HttpDate => RateLimitFieldFormat.HttpDate,
        _ => RateLimitFieldFormat.UnixSeconds,
    };
}
