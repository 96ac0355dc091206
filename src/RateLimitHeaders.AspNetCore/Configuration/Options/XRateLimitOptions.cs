namespace RateLimitHeaders.AspNetCore;

/// <summary>Settings of the <c>X-RateLimit-*</c> fields: which a response carries, their names, and the format of Reset.</summary>
public sealed class XRateLimitOptions
{
    /// <summary>The fields that responses carry by default.</summary>
    internal const XRateLimitFields DefaultFields = XRateLimitFields.Limit | XRateLimitFields.Remaining | XRateLimitFields.Reset;

    /// <summary>The default prefix of the names of fields.</summary>
    internal const string DefaultPrefix = "X-RateLimit-";

    /// <summary>
    /// Gets or sets which fields are written. By default they are Limit, Remaining and Reset, or none if the fields of an IETF draft are written.
    /// Presets such as <see cref="HeadersBuilder.GitHub"/> add their fields.
    /// </summary>
    public XRateLimitFields Fields { get; set; }

    /// <summary>
    /// Gets or sets the prefix of all names; the default is <c>X-RateLimit-</c>, and <c>X-Rate-Limit-</c> is also common. A prefix that differs
    /// from the default and with which no name begins is an error.
    /// </summary>
    public string Prefix { get; set; } = DefaultPrefix;

    /// <summary>
    /// Gets the names of single fields, which do not get the <see cref="Prefix"/>: tokens of RFC 9110, section 5.6.2. The name of a field that
    /// is not used is an error.
    /// </summary>
    public Dictionary<XRateLimitFields, string> Names { get; private set; } = [];

    /// <summary>
    /// Gets or sets the format of Reset; the default is Unix seconds. If configuration sets another format and Reset is not written,
    /// that is an error.
    /// </summary>
    public ResetFormat Reset { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether Limit is rounded down to a whole number, because some clients read a fraction as 0.
    /// The default is <see langword="false"/>; <see cref="HeadersBuilder.GitHub"/> sets it. If configuration sets it and Limit is
    /// not written, that is an error.
    /// </summary>
    public bool WholeLimit { get; set; }

    /// <summary>Sets the name of a field, as <see cref="Names"/> does.</summary>
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
