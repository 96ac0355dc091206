namespace RateLimitHeaders.AspNetCore;

/// <summary>A setting of a quota that cannot work.</summary>
/// <param name="Id">The id of the error, one of <see cref="RateLimitErrorIds"/>.</param>
/// <param name="Setting">The setting, as <see cref="QuotaOptions"/> names it.</param>
/// <param name="Value">The value, as messages show it.</param>
/// <param name="Remedy">The remedy, as the end of a sentence.</param>
internal readonly record struct QuotaFault(string Id, string Setting, string Value, string Remedy)
{
    public override string ToString() => $"{Setting} is {Value}; {Remedy}.";
}
