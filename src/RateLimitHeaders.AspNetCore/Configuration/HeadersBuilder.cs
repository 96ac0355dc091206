namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Chooses the header families of all responses, and when responses carry them. Without a choice they are
/// <c>X-RateLimit-Limit</c>, <c>-Remaining</c> and <c>-Reset</c>.
/// </summary>
public sealed class HeadersBuilder
{
    /// <summary>The share of a limit below which a caller is near it: <c>0.2</c>, as Bitbucket has it.</summary>
    internal const double DefaultNearLimit = 0.2;

    private const XRateLimitFields DefaultFields = XRateLimitFields.Limit | XRateLimitFields.Remaining | XRateLimitFields.Reset;

    private readonly BuilderState _state;
    private readonly List<HeaderWriter> _ietf = [];
    private readonly XRateLimitOptions _x = new();

    internal HeadersBuilder(BuilderState state) => _state = state;

    internal HeadersWhen DefaultWhen { get; private set; }

    internal double NearLimitShare { get; private set; } = DefaultNearLimit;

    internal double AdvertisedRate { get; private set; } = double.PositiveInfinity;

    internal TimeSpan MaxJitter { get; private set; }

    /// <summary>Writes <c>X-RateLimit-Limit</c>, <c>-Remaining</c> and <c>-Reset</c>.</summary>
    /// <param name="configure">Changes names, fields and the format of Reset.</param>
    /// <returns>This builder.</returns>
    public HeadersBuilder XRateLimit(Action<XRateLimitOptions>? configure = null)
    {
        AddFields(DefaultFields);
        configure?.Invoke(_x);
        return this;
    }

    /// <summary>
    /// Writes what GitHub does: <c>X-RateLimit-Limit</c>, <c>-Remaining</c>, <c>-Reset</c> in Unix seconds, <c>-Used</c> and
    /// <c>-Resource</c>.
    /// </summary>
    /// <returns>This builder.</returns>
    public HeadersBuilder GitHub() => AddFields(DefaultFields | XRateLimitFields.Used | XRateLimitFields.Resource);

    /// <summary>Writes what Bitbucket does: <c>X-RateLimit-Limit</c>, <c>-Resource</c> and <c>-NearLimit</c>.</summary>
    /// <param name="nearLimit">The share of the limit below which the caller is near it, between 0 and 1; 0.2 by default.</param>
    /// <returns>This builder.</returns>
    public HeadersBuilder Bitbucket(double nearLimit = DefaultNearLimit)
    {
        AddFields(XRateLimitFields.Limit | XRateLimitFields.Resource | XRateLimitFields.NearLimit);
        return NearLimit(nearLimit);
    }

    /// <summary>
    /// Writes what Jira does: <c>X-RateLimit-Limit</c>, <c>-Remaining</c>, <c>-Reset</c> in ISO 8601 to the minute, and
    /// <c>-NearLimit</c>.
    /// </summary>
    /// <returns>This builder.</returns>
    public HeadersBuilder Jira()
    {
        _x.Reset = ResetFormat.Iso8601Minutes;
        return AddFields(DefaultFields | XRateLimitFields.NearLimit);
    }

    /// <summary>
    /// Writes <c>RateLimit</c> and <c>RateLimit-Policy</c> as draft-ietf-httpapi-ratelimit-headers-11 defines them, with an
    /// item for every quota.
    /// </summary>
    /// <param name="configure">Changes settings.</param>
    /// <returns>This builder.</returns>
    public HeadersBuilder Ietf(Action<IetfOptions>? configure = null)
    {
        _state.ThrowIfUsed();
        var options = new IetfOptions();
        configure?.Invoke(options);
        if (options.PartitionKeySecret.Length is > 0 and < PartitionKeyHash.ShortestSecret)
        {
            _state.Find($"Headers: the secret of PartitionKey has {options.PartitionKeySecret.Length} bytes; "
                + $"give {PartitionKeyHash.ShortestSecret} or more, or none to have one made up.");
        }

        _ietf.Add(new IetfWriter(options.HasPartitionKey ? new PartitionKeyHash(options.PartitionKeySecret) : null));
        return this;
    }

    /// <summary>Writes <c>RateLimit</c> and <c>RateLimit-Policy</c> as draft-ietf-httpapi-ratelimit-headers-07 defined them.</summary>
    /// <returns>This builder.</returns>
    public HeadersBuilder IetfDraft07() => Add(new IetfDraft07Writer());

    /// <summary>
    /// Writes <c>RateLimit-Limit</c>, <c>-Remaining</c>, <c>-Reset</c> and <c>-Policy</c> as
    /// draft-ietf-httpapi-ratelimit-headers-06 defined them.
    /// </summary>
    /// <returns>This builder.</returns>
    public HeadersBuilder IetfDraft06() => Add(new IetfDraft06Writer());

    /// <summary>Tells when responses carry headers, where a plan says nothing of its own; always by default.</summary>
    /// <param name="when">When they do.</param>
    /// <returns>This builder.</returns>
    public HeadersBuilder When(HeadersWhen when)
    {
        _state.ThrowIfUsed();
        if (!Enum.IsDefined(when))
        {
            _state.Find($"Headers: When is {when}; give a value of HeadersWhen.");
        }

        DefaultWhen = when;
        return this;
    }

    /// <summary>Tells when a caller counts as near its limit.</summary>
    /// <param name="share">The share of the limit, between 0 and 1, less than which is left then; 0.2 by default.</param>
    /// <returns>This builder.</returns>
    public HeadersBuilder NearLimit(double share)
    {
        _state.ThrowIfUsed();
        if (!(share > 0 && share < 1))
        {
            _state.Find(FormattableString.Invariant($"Headers: NearLimit is {share}; give a share between 0 and 1, such as 0.2."));
        }

        NearLimitShare = share;
        return this;
    }

    /// <summary>
    /// Shows fewer permits as remaining than there are where a caller that used them all before more come would exceed a
    /// rate, as the draft asks in section "Resource exhaustion". It lowers what is shown, not what is granted.
    /// </summary>
    /// <param name="permitsPerSecond">The rate, 1 or more. No cap by default.</param>
    /// <returns>This builder.</returns>
    public HeadersBuilder CapAdvertisedRate(double permitsPerSecond)
    {
        _state.ThrowIfUsed();
        if (!(permitsPerSecond >= 1))
        {
            _state.Find(FormattableString.Invariant(
                $"Headers: CapAdvertisedRate is {permitsPerSecond}; give 1 permit per second or more, or leave it out for no cap."));
        }

        AdvertisedRate = permitsPerSecond;
        return this;
    }

    /// <summary>
    /// Tells each response's <c>t</c> and <c>Retry-After</c> later by a random time, so that callers do not all come back at
    /// the same moment (the draft's section "Resource exhaustion"). Never earlier; Reset stays as it is.
    /// </summary>
    /// <param name="atMost">The longest delay. None by default.</param>
    /// <returns>This builder.</returns>
    public HeadersBuilder Jitter(TimeSpan atMost)
    {
        _state.ThrowIfUsed();
        if (atMost < TimeSpan.Zero || atMost > QuotaRules.MaxWindow)
        {
            _state.Find($"Headers: Jitter is {atMost}; give a time from zero to {QuotaRules.MaxWindow.TotalDays} days.");
        }

        MaxJitter = atMost;
        return this;
    }

    internal IEnumerable<string> Validate()
    {
        if (_ietf.Count > 1)
        {
            yield return "Headers: several of Ietf(), IetfDraft07() and IetfDraft06() are chosen, which all write RateLimit-Policy; choose one.";
        }

        if (!Enum.IsDefined(_x.Reset))
        {
            yield return $"Headers: Reset is {_x.Reset}; give a value of ResetFormat.";
        }

        var names = Build().SelectMany(writer => writer.Names).ToArray();
        foreach (var name in names.Where(name => !IsToken(name)))
        {
            yield return $"Headers: \"{name}\" cannot be the name of a header field; use letters, digits and hyphens (RFC 9110, section 5.6.2).";
        }

        foreach (var name in names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1 && _ietf.Count < 2))
        {
            yield return $"Headers: {name.Count()} fields are named \"{name.Key}\"; give each a name of its own.";
        }
    }

    internal IReadOnlyList<HeaderWriter> Build()
    {
        if (_x.Fields == XRateLimitFields.None && _ietf.Count == 0)
        {
            _x.Fields = DefaultFields;
        }

        return _x.Fields == XRateLimitFields.None ? _ietf : [new XRateLimitWriter(_x), .. _ietf];
    }

    private static bool IsToken(string name) =>
        name.Length > 0 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || "!#$%&'*+-.^_`|~".Contains(letter, StringComparison.Ordinal));

    private HeadersBuilder Add(HeaderWriter writer)
    {
        _state.ThrowIfUsed();
        _ietf.Add(writer);
        return this;
    }

    private HeadersBuilder AddFields(XRateLimitFields fields)
    {
        _state.ThrowIfUsed();
        _x.Fields |= fields;
        return this;
    }
}
