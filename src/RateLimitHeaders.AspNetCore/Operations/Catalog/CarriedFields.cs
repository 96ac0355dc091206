namespace RateLimitHeaders.AspNetCore;

/// <summary>Describes the fields that <see cref="HeaderEmitter"/> writes, in its order.</summary>
internal static class CarriedFields
{
    /// <summary>Returns the fields of responses.</summary>
    /// <param name="headers">The header families; <see langword="null"/> for none.</param>
    /// <param name="plan">The plan.</param>
    public static IEnumerable<RateLimitFieldInfo> Of(HeadersDefinition? headers, PlanDefinition plan)
    {
        if (headers is null || plan.Headers == HeadersWhen.Never)
        {
            return [];
        }

        var fields = headers.XRateLimit is null ? [] : OfXRateLimit(headers.XRateLimit, meaning => WhenOf(meaning, IetfDraft.None, headers, plan));
        if (headers.Ietf is { } ietf)
        {
            fields = fields.Concat(IetfSettings.FieldsOf(ietf.Draft).Select(field => new RateLimitFieldInfo(
                ietf.NameOf(field.Name),
                RateLimitFieldFamily.Ietf,
                field.Meaning,
                field.Format,
                ietf.Draft,
                WhenOf(field.Meaning, ietf.Draft, headers, plan))));
        }

        if (headers.ReasonField is { } reason)
        {
            fields = fields.Append(new RateLimitFieldInfo(
                reason, family: null, RateLimitFieldMeaning.Reason, RateLimitFieldFormat.Text, IetfDraft.None, HeadersWhen.Rejected));
        }

        return fields.Where(field => field.When != HeadersWhen.Never);
    }

    /// <summary>Returns when responses carry a field, which is less often than others if it needs a time that a concurrency quota does not have.</summary>
    private static HeadersWhen WhenOf(RateLimitFieldMeaning meaning, IetfDraft draft, HeadersDefinition headers, PlanDefinition plan) => (meaning, draft) switch
    {
        // Permits of running requests come back at no known time: only a rejection has one, that of Retry-After or of the end of a ban.
        (RateLimitFieldMeaning.Reset, _) or (RateLimitFieldMeaning.Statuses, IetfDraft.Draft07) when ShowsRunningRequests(plan) =>
            headers.ResetWhenFull && plan.Ban is null ? HeadersWhen.Never : HeadersWhen.Rejected,
        (RateLimitFieldMeaning.Quotas, IetfDraft.Draft06 or IetfDraft.Draft07) when plan.Quotas is [ConcurrencyQuota] => HeadersWhen.Never,
        _ => plan.Headers,
    };

    /// <summary>Returns whether families that show one quota show a concurrency quota on admitted responses, as <see cref="HeaderContext"/> chooses.</summary>
    private static bool ShowsRunningRequests(PlanDefinition plan) => plan.QuotaDefinitions.MinBy(definition => definition.Display switch
    {
        QuotaDisplay.Pinned => 0,
        QuotaDisplay.Automatic => definition.Quota is ConcurrencyQuota ? 2 : 1,
        _ => 3,
    }) is { Quota: ConcurrencyQuota };

    private static IEnumerable<RateLimitFieldInfo> OfXRateLimit(XRateLimitSettings settings, Func<RateLimitFieldMeaning, HeadersWhen> whenOf) =>
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
        select new RateLimitFieldInfo(field.Name, RateLimitFieldFamily.XRateLimit, field.Meaning, field.Format, IetfDraft.None, whenOf(field.Meaning));

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
