using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Settings of a quota. A setting that its algorithm does not have must keep its default.</summary>
public sealed class QuotaOptions
{
    /// <summary>Gets or sets the algorithm; the default is a fixed window.</summary>
    public QuotaAlgorithm Algorithm { get; set; } = QuotaAlgorithm.FixedWindow;

    /// <summary>
    /// Gets or sets the permits per window, the tokens of a full bucket, or the permits that can be held at the same time: from
    /// 1 to 999,999,999,999,999, of a concurrency quota to 2,147,483,647. There is no default.
    /// </summary>
    public double PermitLimit { get; set; }

    /// <summary>
    /// Gets or sets the length of the window, or the time in which an empty bucket fills: above zero, at most 36,525 days. It is
    /// required, except for a bucket with <see cref="RefillPerSecond"/>; calendar windows have a <see cref="Period"/> instead.
    /// </summary>
    public TimeSpan? Window { get; set; }

    /// <summary>Gets or sets the number of segments in which a sliding window is counted, from 1 to 1,000; the default is 12.</summary>
    public int Segments { get; set; } = SlidingWindowQuota.DefaultSegments;

    /// <summary>
    /// Gets or sets a value indicating whether fixed windows begin at multiples of their length since the Unix epoch, UTC. By
    /// default a window opens with the first request that finds no open window.
    /// </summary>
    public bool AlignToClock { get; set; }

    /// <summary>Gets or sets the length of calendar windows, which is required for them. There is no default.</summary>
    public CalendarPeriod? Period { get; set; }

    /// <summary>
    /// Gets or sets the IANA id of the time zone in which calendar windows begin at midnight, such as <c>Europe/Berlin</c>; the
    /// default is <c>UTC</c>.
    /// </summary>
    public string TimeZone { get; set; } = CalendarWindowQuota.DefaultTimeZone;

    /// <summary>Gets or sets the day on which calendar windows of a week begin; the default is Monday.</summary>
    public DayOfWeek FirstDayOfWeek { get; set; } = CalendarWindowQuota.DefaultFirstDayOfWeek;

    /// <summary>
    /// Gets or sets the tokens that are added to a bucket per second, above 0; with <see langword="null"/>, the default,
    /// <see cref="PermitLimit"/> tokens are added per <see cref="Window"/>.
    /// </summary>
    public double? RefillPerSecond { get; set; }

    /// <summary>
    /// Gets or sets the quota unit, one of <see cref="QuotaUnits"/> or a unit of the application, of printable ASCII characters; the
    /// default is <c>requests</c>, of a concurrency quota always <c>concurrent-requests</c>.
    /// </summary>
    public string Unit { get; set; } = QuotaUnits.Requests;

    /// <summary>Gets or sets how many permits of a concurrency quota requests may wait for; the default is 0, which rejects at once.</summary>
    public int QueueLimit { get; set; }

    /// <summary>Gets or sets which waiting request of a concurrency quota is admitted first; the default is the oldest.</summary>
    public QueueProcessingOrder QueueProcessingOrder { get; set; }

    /// <summary>
    /// Gets or sets the <c>Retry-After</c> of rejections by a concurrency quota: above zero, at most 36,525 days. The default
    /// is 1 second, because the end of running requests is not known.
    /// </summary>
    public TimeSpan RetryAfter { get; set; } = ConcurrencyQuota.DefaultRetryAfter;

    /// <summary>Gets or sets whether header families that show one quota of the plan show this one; the default is automatic.</summary>
    public QuotaDisplay Display { get; set; }

    /// <summary>
    /// Gets or sets the value that <see cref="HeadersOptions.ReasonField"/> shows when this quota rejects a request, of printable ASCII
    /// characters. By default it is <see cref="PolicyOptions.Reason"/>, or else the name of the quota.
    /// </summary>
    public string? Reason { get; set; }

    /// <summary>
    /// Gets or sets the most permits that a caller can owe beyond the limit, for requests that turn out to cost more: from 0 to
    /// 999,999,999,999,999; with <see langword="null"/>, the default, any number. Permits beyond it are not charged, and the log reports it.
    /// </summary>
    public long? MaxDebt { get; set; }

    /// <summary>
    /// Gets or sets which bytes the quota counts instead of costs; the default is none. The <see cref="Unit"/> must be
    /// <see cref="QuotaUnits.ContentBytes"/>. A request is admitted while a byte is left, and its bytes are charged when it ends.
    /// </summary>
    public CountedBytes CountBytes { get; set; }

    /// <summary>
    /// Gets or sets which responses count; the default is all. Every request takes its cost first, and gives it back if its
    /// response does not count.
    /// </summary>
    public CountedResponses CountOnly { get; set; }

    /// <summary>Gets the statuses of responses that do not count, from 100 to 599; none by default.</summary>
    public IList<int> DoNotCount { get; private set; } = [];

    /// <summary>Gets or sets the function that returns whether a response counts.</summary>
    internal Func<HttpResponse, bool>? CountIf { get; set; }

    /// <summary>Gets or sets the function that returns the limit of each caller, instead of <see cref="PermitLimit"/>.</summary>
    internal Func<RateLimitCaller, double>? DynamicLimit { get; set; }

    internal QuotaOptions Copy()
    {
        var copy = (QuotaOptions)MemberwiseClone();
        copy.DoNotCount = [.. DoNotCount];
        return copy;
    }
}
