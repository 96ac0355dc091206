namespace RateLimitHeaders.AspNetCore;

/// <summary>The settings of the header families that responses carry. <see cref="HeaderWriter"/> creates the writers from it.</summary>
/// <param name="XRateLimit">The <c>X-RateLimit-*</c> fields; <see langword="null"/> for none.</param>
/// <param name="Ietf">The fields of an IETF draft; <see langword="null"/> for none.</param>
/// <param name="NearLimit">The share of a limit below which its caller is near the limit.</param>
/// <param name="AdvertisedRate">The rate, in permits per second, above which permits are not shown as remaining; infinite for no cap.</param>
/// <param name="MaxJitter">The longest time that is added to announced times.</param>
internal sealed record HeadersDefinition(
    XRateLimitSettings? XRateLimit, IetfSettings? Ietf, double NearLimit, double AdvertisedRate, TimeSpan MaxJitter)
{
    /// <summary>Gets a value indicating whether Reset shows when the whole limit is available again, on a rejection not before Retry-After.</summary>
    public bool ResetWhenFull { get; init; }

    /// <summary>Gets a value indicating whether errors of the application carry Reset although clients would repeat them by it.</summary>
    public bool ResetOnOtherErrors { get; init; }

    /// <summary>Gets the treatment of rate limit fields that a response already carries.</summary>
    public ExistingFields Existing { get; init; }

    /// <summary>Gets a value indicating whether no shared cache may keep a response with fields.</summary>
    public bool MarkPrivate { get; init; }

    /// <summary>Gets a value indicating whether scripts of other origins may read the fields.</summary>
    public bool ExposeToBrowsers { get; init; }

    /// <summary>Gets a value indicating whether responses without fields show the reason.</summary>
    public bool Explains { get; init; }

    /// <summary>Gets the names of all fields.</summary>
    public IEnumerable<string> FieldNames =>
    [
        .. XRateLimit?.Names ?? [],
        .. Ietf?.Names ?? [],
        .. ReasonField is null ? Array.Empty<string>() : [ReasonField],
        .. ReportOnly?.FieldNames ?? [],
    ];

    /// <summary>Gets the fields of report-only plans; <see langword="null"/> where these have none.</summary>
    public HeadersDefinition? ReportOnly { get; init; }

    /// <summary>Gets the name of the field with the reason of a rejection; <see langword="null"/> for none.</summary>
    public string? ReasonField { get; init; }
}
