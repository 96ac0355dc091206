namespace RateLimitHeaders.AspNetCore;

/// <summary>A setting of a quota that cannot work.</summary>
/// <param name="Id">The id of the error, one of <see cref="RateLimitErrorIds"/>.</param>
/// <param name="Setting">The setting, as <see cref="QuotaOptions"/> names it.</param>
/// <param name="Value">The value, as messages print it.</param>
/// <param name="Remedy">What to do, as the end of a sentence.</param>
internal readonly record struct QuotaFault(string Id, string Setting, string Value, string Remedy)
{
    public override string ToString() => $"{Setting} is {Value}; {Remedy}.";
}
