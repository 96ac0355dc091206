using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>All that the feature of a request tells, as a text.</summary>
internal static class RequestFacts
{
    public static string Of(HttpContext context) => Of(context.GetRateLimitFeature()!);

    private static string Of(RateLimitFeature feature) => feature.PolicyName is not null
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{feature.PolicyName}, {feature.Principal}, {(feature.IsRejected ? "rejected" : "granted")}, retry after {feature.RetryAfter}, "
                + $"no headers because {feature.WhyNoHeaders}: {Quotas(feature.Statuses)}")
        : $"not limited: {feature.WhyNoHeaders}";

    private static string Quotas(IReadOnlyList<QuotaStatus> statuses)
    {
        var texts = new List<string>();
        foreach (var status in statuses)
        {
            texts.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{status.Name} {status.Remaining}/{status.Limit} more {status.UntilMore} all {status.UntilAll}{(status.IsViolated ? " violated" : "")}"));
        }

        return string.Join("; ", texts);
    }
}
