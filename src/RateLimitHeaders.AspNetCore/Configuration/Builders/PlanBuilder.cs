namespace RateLimitHeaders.AspNetCore;

/// <summary>Configures the quotas of one token type under a policy, and when its responses carry headers.</summary>
public sealed class PlanBuilder : QuotaBuilder<PlanBuilder>
{
    private readonly PlanOptions _options;

    internal PlanBuilder(BuilderState state, PlanOptions options, string path)
        : base(state, options.Quotas, path) => _options = options;

    /// <summary>Limits these callers without sending headers, as <c>WithHeaders(HeadersWhen.Never)</c> does.</summary>
    /// <returns>This builder.</returns>
    public PlanBuilder WithoutHeaders() => WithHeaders(HeadersWhen.Never);

    /// <summary>Sets when responses carry rate limit headers; by default as <see cref="HeadersBuilder.When"/> sets.</summary>
    /// <param name="when">When responses carry headers.</param>
    /// <returns>This builder.</returns>
    public PlanBuilder WithHeaders(HeadersWhen when) => Set(() => _options.Headers = when);

    /// <summary>
    /// Charges these callers in the store, as soon as it counts again, for the permits that this server admitted in an outage; see
    /// <see cref="PlanOptions.ChargeAfterOutage"/>.
    /// </summary>
    /// <returns>This builder.</returns>
    public PlanBuilder ChargeAfterOutage() => Set(() => _options.ChargeAfterOutage = true);

    /// <summary>
    /// Counts the requests of these callers and never rejects one. The log, the metrics and <see cref="RateLimitFeature.WouldReject"/> report
    /// which requests would be rejected. See <see cref="PlanOptions.Enforce"/>.
    /// </summary>
    /// <returns>This builder.</returns>
    public PlanBuilder ReportOnly() => EnforceFor(0);

    /// <summary>Enforces the plan for a share of its callers, always the same ones, and counts the others as <see cref="ReportOnly"/> does.</summary>
    /// <param name="share">The share of the callers, from 0, which is report-only, to 1, which is all; see <see cref="PlanOptions.Enforce"/>.</param>
    /// <returns>This builder.</returns>
    public PlanBuilder EnforceFor(double share) => Set(() => _options.Enforce = share);

    /// <summary>
    /// Bans callers that keep sending requests after they were rejected: for a time they are rejected, and their quotas are not touched. Servers that
    /// share a Redis share bans. See <see cref="BanOptions"/>.
    /// </summary>
    /// <param name="after">The number of rejections after which a caller is banned, 1 or more.</param>
    /// <param name="within">The time within which they must occur, counted from the first one.</param>
    /// <param name="lasting">How long a ban lasts.</param>
    /// <param name="extends">Whether each request of a banned caller restarts the ban (<see cref="BanOptions.Extends"/>); not by default.</param>
    /// <returns>This builder.</returns>
    public PlanBuilder Ban(int after, TimeSpan within, TimeSpan lasting, bool extends = false) =>
        Set(() => _options.Ban = new() { After = after, Within = within, Lasting = lasting, Extends = extends });

    /// <summary>Does not limit these callers at all.</summary>
    /// <returns>This builder.</returns>
    public PlanBuilder Exempt() => Set(() => _options.IsExempt = true);
}
