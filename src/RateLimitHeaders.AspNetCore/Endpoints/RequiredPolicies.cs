using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Finds the policies that an endpoint requires by ASP.NET Core's own metadata.</summary>
internal static class RequiredPolicies
{
    /// <summary>Returns the names: that of the nearest attribute, as in ASP.NET Core, or those of all, the nearest first.</summary>
    public static IEnumerable<string> Of(Endpoint endpoint, bool combines) =>
        Attributes(endpoint, combines).Select(required => required.PolicyName ?? string.Empty).Distinct(StringComparer.Ordinal);

    /// <summary>Gets the attributes: the nearest, or all, the nearest first.</summary>
    public static IEnumerable<EnableRateLimitingAttribute> Attributes(Endpoint endpoint, bool combines)
    {
        var all = endpoint.Metadata.GetOrderedMetadata<EnableRateLimitingAttribute>().Reverse();
        return combines ? all : all.Take(1);
    }
}
