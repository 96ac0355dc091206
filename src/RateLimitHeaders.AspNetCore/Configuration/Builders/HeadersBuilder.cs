namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Chooses the header families of all responses, and when responses carry them. By default they are
/// <c>X-RateLimit-Limit</c>, <c>-Remaining</c> and <c>-Reset</c>.
/// </summary>
/// <remarks>
/// Families add up. A method that is named after a service keeps settings that were made before and are not the defaults; the settings
/// that it makes can be changed after it.
/// </remarks>
public sealed class HeadersBuilder
{
    private readonly BuilderState _state;
    private readonly HeadersOptions _options;

    internal HeadersBuilder(BuilderState state, HeadersOptions options)
    {
        _state = state;
        _options = options;
    }

    /// <summary>Writes <c>X-RateLimit-Limit</c>, <c>-Remaining</c> and <c>-Reset</c>.</summary>
    /// <param name="configure">Changes names, fields and the format of Reset.</param>
    /// <returns>This builder.</returns>
    public HeadersBuilder XRateLimit(Action<XRateLimitOptions>? configure = null)
    {
        AddFields(XRateLimitOptions.DefaultFields);
        configure?.Invoke(_options.XRateLimit);
        return this;
    }

    /// <summary>
    /// Writes the fields of GitHub: <c>X-RateLimit-Limit</c>, <c>-Remaining</c>, <c>-Reset</c> in Unix seconds (unless another format is set, as
    /// by <see cref="Jira"/>), <c>-Used</c> and <c>-Resource</c>. Limit is a whole number, because GitHub's clients read a fraction as 0.
    /// </summary>
    /// <returns>This builder.</returns>
    public HeadersBuilder GitHub()
    {
        AddFields(XRateLimitOptions.DefaultFields | XRateLimitFields.Used | XRateLimitFields.Resource);
        _options.XRateLimit.WholeLimit = true;
        return this;
    }

    /// <summary>Writes the fields of Bitbucket: <c>X-RateLimit-Limit</c>, <c>-Resource</c> and <c>-NearLimit</c>.</summary>
    /// <param name="nearLimit">
    /// The share of the limit below which the caller is near it, between 0 and 1; by default that of <see cref="NearLimit"/>, or else 0.2.
    /// </param>
    /// <returns>This builder.</returns>
    public HeadersBuilder Bitbucket(double? nearLimit = null)
    {
        AddFields(XRateLimitFields.Limit | XRateLimitFields.Resource | XRateLimitFields.NearLimit);
        return nearLimit is { } share ? NearLimit(share) : this;
    }

    /// <summary>
    /// Writes the fields of Jira: <c>X-RateLimit-Limit</c>, <c>-Remaining</c>, <c>-Reset</c> in ISO 8601 to the second and <c>-NearLimit</c>, and
    /// <c>RateLimit-Reason</c> on rejections. Another format than Unix seconds and another name of the reason that were set before are kept.
    /// </summary>
    /// <returns>This builder.</returns>
    public HeadersBuilder Jira()
    {
        AddFields(XRateLimitOptions.DefaultFields | XRateLimitFields.NearLimit);
        if (_options.XRateLimit.Reset == ResetFormat.UnixSeconds)
        {
            _options.XRateLimit.Reset = ResetFormat.Iso8601;
        }

        return _options.ReasonField is null ? Reason() : this;
    }

    /// <summary>
    /// Writes <c>RateLimit</c> and <c>RateLimit-Policy</c> as defined by draft-ietf-httpapi-ratelimit-headers-11, with an
    /// item for each quota.
    /// </summary>
    /// <param name="configure">Changes settings.</param>
    /// <returns>This builder.</returns>
    public HeadersBuilder Ietf(Action<IetfOptions>? configure = null)
    {
        Choose(IetfDraft.Draft11);
        configure?.Invoke(_options.Ietf);
        return this;
    }

    /// <summary>Writes the fields of <see cref="Ietf(Action{IetfOptions})"/> with names that begin with a prefix.</summary>
    /// <param name="prefix">The prefix, such as <c>Beta-</c>, with which Atlassian announces limits that are not enforced yet.</param>
    /// <returns>This builder.</returns>
    public HeadersBuilder Ietf(string prefix) => Ietf(options => options.Prefix = prefix);

    /// <summary>Writes on rejections which limit was exceeded; see <see cref="HeadersOptions.ReasonField"/>.</summary>
    /// <param name="fieldName">The name of the field, a token of RFC 9110, section 5.6.2.</param>
    /// <returns>This builder.</returns>
    public HeadersBuilder Reason(string fieldName = "RateLimit-Reason") => Set(() => _options.ReasonField = fieldName);

    /// <summary>
    /// Writes fields for report-only plans (<see cref="PlanBuilder.ReportOnly"/>), with a prefix; see
    /// <see cref="HeadersOptions.ReportOnlyPrefix"/>.
    /// </summary>
    /// <param name="prefix">The prefix of their names: <c>Beta-</c> by default, with which Atlassian announces limits that are not enforced yet.</param>
    /// <returns>This builder.</returns>
    public HeadersBuilder ReportOnly(string prefix = "Beta-")
    {
        ArgumentNullException.ThrowIfNull(prefix);
        return Set(() => _options.ReportOnlyPrefix = prefix);
    }

    /// <summary>
    /// Makes Reset always show when the whole limit is available again, on a rejection not before <c>Retry-After</c>; see
    /// <see cref="HeadersOptions.ResetWhenFull"/>.
    /// </summary>
    /// <returns>This builder.</returns>
    public HeadersBuilder ResetWhenFull() => Set(() => _options.ResetWhenFull = true);

    /// <summary>
    /// Writes Reset also on errors of the application, which clients may then repeat at that moment; see <see cref="HeadersOptions.ResetOnOtherErrors"/>.
    /// </summary>
    /// <returns>This builder.</returns>
    public HeadersBuilder ResetOnOtherErrors() => Set(() => _options.ResetOnOtherErrors = true);

    /// <summary>Sets how rate limit fields that a response already carries, such as those of a backend, are treated.</summary>
    /// <param name="existing">How they are treated; by default the tighter ones stay.</param>
    /// <returns>This builder.</returns>
    public HeadersBuilder Existing(ExistingFields existing) => Set(() => _options.Existing = existing);

    /// <summary>Adds <c>Cache-Control: private</c> to responses with fields; see <see cref="HeadersOptions.MarkPrivate"/>.</summary>
    /// <returns>This builder.</returns>
    public HeadersBuilder MarkPrivate() => Set(() => _options.MarkPrivate = true);

    /// <summary>Makes responses without fields show the reason during development; see <see cref="HeadersOptions.ExplainInDevelopment"/>.</summary>
    /// <returns>This builder.</returns>
    public HeadersBuilder ExplainInDevelopment() => Set(() => _options.ExplainInDevelopment = true);

    /// <summary>Allows scripts of other origins to read the fields and <c>Retry-After</c>; see <see cref="HeadersOptions.ExposeToBrowsers"/>.</summary>
    /// <returns>This builder.</returns>
    public HeadersBuilder ExposeToBrowsers() => Set(() => _options.ExposeToBrowsers = true);

    /// <summary>Writes <c>RateLimit</c> and <c>RateLimit-Policy</c> as defined by draft-ietf-httpapi-ratelimit-headers-07.</summary>
    /// <returns>This builder.</returns>
    public HeadersBuilder IetfDraft07() => Choose(IetfDraft.Draft07);

    /// <summary>
    /// Writes <c>RateLimit-Limit</c>, <c>-Remaining</c>, <c>-Reset</c> and <c>-Policy</c> as defined by
    /// draft-ietf-httpapi-ratelimit-headers-06.
    /// </summary>
    /// <returns>This builder.</returns>
    public HeadersBuilder IetfDraft06() => Choose(IetfDraft.Draft06);

    /// <summary>Sets when responses carry headers, unless a plan sets it itself; always by default.</summary>
    /// <param name="when">When responses carry headers.</param>
    /// <returns>This builder.</returns>
    public HeadersBuilder When(HeadersWhen when) => Set(() => _options.When = when);

    /// <summary>Sets when a caller counts as near its limit.</summary>
    /// <param name="share">The share of the limit, between 0 and 1: a caller that has less left is near the limit; 0.2 by default.</param>
    /// <returns>This builder.</returns>
    public HeadersBuilder NearLimit(double share) => Set(() => _options.NearLimit = share);

    /// <summary>
    /// Shows fewer permits as remaining than are left, if a caller that used them all before more become available would exceed a
    /// rate, as the IETF draft recommends in section "Resource exhaustion". It lowers the number that is shown, not the number that is admitted.
    /// </summary>
    /// <param name="permitsPerSecond">The rate, 1 or more. No cap by default.</param>
    /// <returns>This builder.</returns>
    public HeadersBuilder CapAdvertisedRate(double permitsPerSecond) => Set(() => _options.AdvertisedRate = permitsPerSecond);

    /// <summary>
    /// Adds a random time to <c>t</c> and <c>Retry-After</c> of each response, so that callers do not all come back at the
    /// same moment (section "Resource exhaustion" of the IETF draft). The time is never earlier, and Reset does not change.
    /// </summary>
    /// <param name="atMost">The longest delay. None by default.</param>
    /// <returns>This builder.</returns>
    public HeadersBuilder Jitter(TimeSpan atMost) => Set(() => _options.Jitter = atMost);

    private HeadersBuilder Set(Action set)
    {
        _state.ThrowIfOver();
        set();
        return this;
    }

    private HeadersBuilder AddFields(XRateLimitFields fields) => Set(() => _options.XRateLimit.Fields |= fields);

    private HeadersBuilder Choose(IetfDraft draft)
    {
        _state.ThrowIfOver();
        if (_options.Ietf.Draft != IetfDraft.None && _options.Ietf.Draft != draft)
        {
            _state.AddConflict(
                RateLimitErrorIds.HeadersSeveralDrafts,
                OptionsPath.Join(OptionsPath.Headers, nameof(HeadersOptions.Ietf), nameof(IetfOptions.Draft)),
                "Several of Ietf(), IetfDraft07() and IetfDraft06() are chosen, which all write RateLimit-Policy; choose one.");
        }

        _options.Ietf.Draft = draft;
        return this;
    }
}
