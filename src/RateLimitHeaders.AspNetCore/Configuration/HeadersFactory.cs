namespace RateLimitHeaders.AspNetCore;

/// <summary>Makes the definition of headers from options.</summary>
internal static class HeadersFactory
{
    public static HeadersDefinition Create(HeadersOptions options) => new(
        CreateFields(options),
        options.Ietf.Draft == IetfDraft.None ? null : Create(options.Ietf),
        options.NearLimit,
        options.AdvertisedRate ?? double.PositiveInfinity,
        options.Jitter);

    private static XRateLimitSettings? CreateFields(HeadersOptions options)
    {
        var fields = options.XRateLimit;
        var isDefault = fields.Fields == XRateLimitFields.None && options.Ietf.Draft == IetfDraft.None;
        var written = isDefault ? XRateLimitOptions.DefaultFields : fields.Fields;
        return written == XRateLimitFields.None ? null : new(
            NameOf(XRateLimitFields.Limit),
            NameOf(XRateLimitFields.Remaining),
            NameOf(XRateLimitFields.Reset),
            NameOf(XRateLimitFields.Used),
            NameOf(XRateLimitFields.Resource),
            NameOf(XRateLimitFields.NearLimit),
            fields.Reset);

        string? NameOf(XRateLimitFields field) =>
            written.HasFlag(field) ? fields.Names.GetValueOrDefault(field) ?? fields.Prefix + field : null;
    }

    private static IetfSettings Create(IetfOptions options) =>
        new(options.Draft, options.IncludePartitionKey ? new EquatableList<byte>(options.PartitionKeySecret) : null);
}
