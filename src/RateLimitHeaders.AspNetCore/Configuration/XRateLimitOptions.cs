namespace RateLimitHeaders.AspNetCore;

/// <summary>Which <c>X-RateLimit-*</c> fields a response carries, by which names, and how Reset is printed.</summary>
public sealed class XRateLimitOptions
{
    private readonly Dictionary<XRateLimitFields, string> _names = [];

    internal XRateLimitOptions()
    {
    }

    /// <summary>Gets or sets which fields are written; by default those that the presets chosen so far write.</summary>
    public XRateLimitFields Fields { get; set; }

    /// <summary>Gets or sets what all names begin with, <c>X-RateLimit-</c> by default; <c>X-Rate-Limit-</c> is also common.</summary>
    public string Prefix { get; set; } = "X-RateLimit-";

    /// <summary>Gets or sets how Reset is printed; Unix seconds by default.</summary>
    public ResetFormat Reset { get; set; }

    /// <summary>Gives a field a name of its own, which <see cref="Prefix"/> does not touch.</summary>
    /// <param name="field">One field.</param>
    /// <param name="name">Its name, a token of RFC 9110, section 5.6.2.</param>
    /// <returns>These options.</returns>
    public XRateLimitOptions Rename(XRateLimitFields field, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _names[field] = name;
        return this;
    }

    internal string NameOf(XRateLimitFields field) => _names.GetValueOrDefault(field) ?? Prefix + field;
}
