namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Settings of the header families that responses carry, and of when they carry them. By default they are <c>X-RateLimit-Limit</c>,
/// <c>-Remaining</c> and <c>-Reset</c>.
/// </summary>
public sealed class HeadersOptions
{
    /// <summary>The share of a limit below which a caller is near it: <c>0.2</c>, as on Bitbucket.</summary>
    internal const double DefaultNearLimit = 0.2;

    /// <summary>Gets or sets when responses carry headers, unless a plan or a policy sets it itself; the default is always.</summary>
    public HeadersWhen When { get; set; }

    /// <summary>
    /// Gets or sets the share of a limit, above 0 and below 1: a caller that has less left is near the limit. The default is 0.2.
    /// </summary>
    public double NearLimit { get; set; } = DefaultNearLimit;

    /// <summary>
    /// Gets or sets the rate, in permits per second and 1 or more, above which permits are not shown as remaining (section
    /// "Resource exhaustion" of the IETF draft). It lowers the number that is shown, not the number that is admitted. With
    /// <see langword="null"/>, the default, there is no such rate.
    /// </summary>
    public double? AdvertisedRate { get; set; }

    /// <summary>
    /// Gets or sets the longest random delay that is added to <c>t</c> and <c>Retry-After</c> of each response, from zero to 36,525
    /// days, so that callers do not all come back at the same moment. The default is zero.
    /// </summary>
    public TimeSpan Jitter { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether Reset always shows when the whole limit is available again, on a rejection not before
    /// <c>Retry-After</c>. By default it shows when a client should come back, because clients read it that way: on a rejection the moment
    /// of <c>Retry-After</c>, with nothing left the moment at which one permit fits, and otherwise the moment at which the whole limit is
    /// available again.
    /// </summary>
    public bool ResetWhenFull { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether responses of the application with status 413, 429 or 503 and without
    /// <c>Retry-After</c> carry Reset. By default they do not, because clients would wait until then before they repeat the request.
    /// </summary>
    public bool ResetOnOtherErrors { get; set; }

    /// <summary>
    /// Gets or sets the name of a field that shows on rejections which limit was exceeded, such as <c>RateLimit-Reason</c>. Its value is
    /// <see cref="QuotaOptions.Reason"/>, or else <see cref="PolicyOptions.Reason"/>, or else the name of the quota.
    /// With <see langword="null"/>, the default, there is no such field.
    /// </summary>
    public string? ReasonField { get; set; }

    /// <summary>
    /// Gets or sets how rate limit fields that a response already carries are treated; the default is
    /// <see cref="ExistingFields.Tighter"/>.
    /// </summary>
    public ExistingFields Existing { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether responses with fields get <c>Cache-Control: private</c>, so that no shared cache
    /// gives one caller the fields of another. The default is <see langword="false"/>.
    /// </summary>
    public bool MarkPrivate { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether scripts of other origins may read the fields and <c>Retry-After</c>: their names
    /// are added to <c>Access-Control-Expose-Headers</c> of responses that CORS allows. The default is <see langword="false"/>. It
    /// needs <c>services.AddRateLimitHeaders(…)</c>.
    /// </summary>
    public bool ExposeToBrowsers { get; set; }

    /// <summary>
    /// Gets or sets the prefix of the fields of report-only plans (<see cref="PlanOptions.Enforce"/>), such as
    /// <c>Beta-</c>; empty for the names of enforced plans. With <see langword="null"/>, the default, such plans have no fields.
    /// </summary>
    public string? ReportOnlyPrefix { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether responses without fields show the reason in <c>X-RateLimit-Explanation</c>: a code, and a text.
    /// It has an effect only in the environment <c>Development</c>, and is ignored in others. The default is <see langword="false"/>.
    /// </summary>
    public bool ExplainInDevelopment { get; set; }

    /// <summary>Gets the settings of the <c>X-RateLimit-*</c> fields.</summary>
    public XRateLimitOptions XRateLimit { get; private set; } = new();

    /// <summary>Gets the settings of the <c>RateLimit</c> and <c>RateLimit-Policy</c> fields.</summary>
    public IetfOptions Ietf { get; private set; } = new();

    internal HeadersOptions Copy()
    {
        var copy = (HeadersOptions)MemberwiseClone();
        (copy.XRateLimit, copy.Ietf) = (XRateLimit.Copy(), Ietf.Copy());
        return copy;
    }
}
