namespace RateLimitHeaders.AspNetCore;

/// <summary>Which <c>X-RateLimit-*</c> fields a response carries, by which names, and how Reset is printed.</summary>
public sealed class XRateLimitOptions
{
    /// <summary>The fields that responses carry without a choice.</summary>
    internal const XRateLimitFields DefaultFields = XRateLimitFields.Limit | XRateLimitFields.Remaining | XRateLimitFields.Reset;

    /// <summary>What the names of fields begin with.</summary>
    internal const string DefaultPrefix = "X-RateLimit-";

    /// <summary>
    /// Gets or sets which fields are written. By default there are none beside the fields of an IETF draft, and otherwise Limit,
    /// Remaining and Reset. Presets such as <see cref="HeadersBuilder.GitHub"/> add theirs.
    /// </summary>
    public XRateLimitFields Fields { get; set; }

    /// <summary>
    /// Gets or sets what all names begin with; the default is <c>X-RateLimit-</c>, and <c>X-Rate-Limit-</c> is also common. If it differs
    /// from the default and no name begins with it, that is an error.
    /// </summary>
    public string Prefix { get; set; } = DefaultPrefix;

    /// <summary>
    /// Gets names of single fields, which <see cref="Prefix"/> does not touch: tokens of RFC 9110, section 5.6.2. The name of a field that
    /// is not used is an error.
    /// </summary>
    public Dictionary<XRateLimitFields, string> Names { get; private set; } = [];

    /// <summary>
    /// Gets or sets how Reset is printed; the default is Unix seconds. If configuration gives another format and Reset is not written,
    /// that is an error.
    /// </summary>
    public ResetFormat Reset { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether Limit is rounded down to a whole number, since some clients take a fraction for 0.
    /// The default is <see langword="false"/>; <see cref="HeadersBuilder.GitHub"/> sets it. If configuration sets it and Limit is
    /// not written, that is an error.
    /// </summary>
    public bool WholeLimit { get; set; }

    /// <summary>Gives a field a name of its own, as <see cref="Names"/> does.</summary>
    /// <param name="field">One field.</param>
    /// <param name="name">Its name, a token of RFC 9110, section 5.6.2.</param>
    /// <returns>These options.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    public XRateLimitOptions Rename(XRateLimitFields field, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Names[field] = name;
        return this;
    }

    internal XRateLimitOptions Copy()
    {
        var copy = (XRateLimitOptions)MemberwiseClone();
        copy.Names = new(Names);
        return copy;
    }
}
