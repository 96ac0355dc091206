namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Which header families responses carry, and when. Without a choice they are <c>X-RateLimit-Limit</c>, <c>-Remaining</c> and
/// <c>-Reset</c>.
/// </summary>
public sealed class HeadersOptions
{
    /// <summary>The share of a limit below which a caller is near it: <c>0.2</c>, as Bitbucket has it.</summary>
    internal const double DefaultNearLimit = 0.2;

    /// <summary>Gets or sets when responses carry headers, where a plan or a policy does not say it itself; the default is always.</summary>
    public HeadersWhen When { get; set; }

    /// <summary>
    /// Gets or sets the share of a limit, above 0 and below 1: a caller that has less left is near the limit. The default is 0.2.
    /// </summary>
    public double NearLimit { get; set; } = DefaultNearLimit;

    /// <summary>
    /// Gets or sets the rate, in permits per second and 1 or more, above which permits are not shown as remaining (section
    /// "Resource exhaustion" of the IETF draft). It lowers what is shown, not what is admitted. <see langword="null"/>, the default,
    /// is no cap.
    /// </summary>
    public double? AdvertisedRate { get; set; }

    /// <summary>
    /// Gets or sets the longest random delay that is added to <c>t</c> and <c>Retry-After</c> of each response, from zero to 36,525
    /// days, so that callers do not all come back at the same moment. The default is zero.
    /// </summary>
    public TimeSpan Jitter { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether Reset always tells when the whole limit is available again. By default it tells
    /// when a client should come back, since that is how clients read it: on a rejection the moment of <c>Retry-After</c>, with
    /// nothing left the moment at which one permit fits, and otherwise when the whole limit is available again.
    /// </summary>
    public bool ResetWhenFull { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether responses of the application with status 413, 429 or 503 and without
    /// <c>Retry-After</c> carry Reset. By default they do not, since clients would wait until then before they repeat the request.
    /// </summary>
    public bool ResetOnOtherErrors { get; set; }

    /// <summary>
    /// Gets or sets the name of a field that tells on rejections which limit was exceeded, such as <c>RateLimit-Reason</c>:
    /// <see cref="QuotaOptions.Reason"/>, or else <see cref="PolicyOptions.Reason"/>, or else the name of the quota.
    /// <see langword="null"/>, the default, for none.
    /// </summary>
    public string? ReasonField { get; set; }

    /// <summary>
    /// Gets or sets what becomes of rate limit fields that a response carries already; the default is
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
    /// Gets or sets the prefix of the fields that tell of report-only plans (<see cref="PlanOptions.Enforce"/>), such as
    /// <c>Beta-</c>; empty for the names of enforced plans. <see langword="null"/>, the default, for no fields of such plans.
    /// </summary>
    public string? ReportOnlyPrefix { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether responses without fields tell why in <c>X-RateLimit-Explanation</c>: a code, and words.
    /// It has an effect in the environment <c>Development</c> alone, and is ignored in others. The default is <see langword="false"/>.
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
