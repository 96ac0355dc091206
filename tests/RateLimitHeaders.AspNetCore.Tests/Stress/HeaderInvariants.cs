using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What is true of every response's headers, as a client reads them.</summary>
internal static partial class HeaderInvariants
{
    /// <summary>Checks a response to a request that costs 1.</summary>
    /// <param name="response">The response, with all header families.</param>
    /// <param name="plan">The plan under which it was given.</param>
    /// <param name="earliest">A moment at which the headers were not written yet.</param>
    public static void Check(TestResponse response, StressPlan plan, DateTimeOffset earliest)
    {
        var isRejected = response.Status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable;
        Require(isRejected || response.Status == HttpStatusCode.OK, "an unexpected status", response);

        var items = Items(response);
        foreach (var (_, quota, remaining, seconds) in items)
        {
            Require(remaining >= 0 && remaining <= quota, "r is negative or above q", response);
            Require(seconds is null or >= 0, "t is negative", response);
        }

        CheckXRateLimit(response, plan, items, earliest);
        CheckRetryAfter(response, plan, isRejected);
        Require(isRejected || plan.LimitsChange || IsLeastShare(response, plan, items), "another quota is closer to exhaustion", response);
    }

    private static void CheckXRateLimit(
        TestResponse response, StressPlan plan, List<(string Name, long Quota, long Remaining, long? Seconds)> items, DateTimeOffset earliest)
    {
        var limit = double.Parse(response["X-RateLimit-Limit"]!, CultureInfo.InvariantCulture);
        var remaining = Number(response["X-RateLimit-Remaining"])!.Value;
        var same = items.Where(item => item.Quota == (long)limit && item.Remaining == remaining).ToArray();
        Require(same.Length > 0, "X-RateLimit-* and RateLimit disagree", response);
        Require(Number(response["X-RateLimit-Used"]) == (long)limit - remaining, "Used is not what Remaining leaves", response);

        // Limit is printed as a whole number, which one of the plan's is, or was before it changed, perhaps to a fraction.
        var limits = plan.Timed.Select(quota => quota.Limit).Where(whole => Math.Floor(whole) == limit).Append(limit);
        var shares = (plan.LimitsChange ? limits.Append(Math.BitDecrement(limit + 1)) : limits)
            .Select(whole => whole > 0 ? Math.Min(1, remaining / whole) : 0);
        Require(
            shares.Any(share => response["X-RateLimit-NearLimit"] == (share < HeadersOptions.DefaultNearLimit ? "true" : "false")),
            "NearLimit disagrees with Remaining",
            response);
        if (Number(response["X-RateLimit-Reset"]) is { } reset)
        {
            var untilReset = DateTimeOffset.FromUnixTimeSeconds(reset) - earliest;
            Require(untilReset >= TimeSpan.Zero, $"Reset is before {earliest:O}", response);
            Require(same.Any(item => item.Seconds is not { } more || more - 1 <= untilReset.TotalSeconds), $"more comes after Reset, from {earliest:O}", response);
        }
        else
        {
            // With a limit below one permit no wait helps.
            Require(limit == 0 || same.Any(item => item.Name == StressPlan.SlotsName), "there is no Reset", response);
        }
    }

    private static void CheckRetryAfter(TestResponse response, StressPlan plan, bool isRejected)
    {
        var retryAfter = Number(response["Retry-After"]);
        Require(isRejected || retryAfter is null, "Retry-After without a rejection", response);
        Require(retryAfter is null or >= 1, "Retry-After is not positive", response);
        Require(!isRejected || plan.LimitsChange || retryAfter is not null, "a rejection without Retry-After", response);
        Require(!isRejected || response["Cache-Control"] == "no-store", "a rejection that may be stored", response);
    }

    private static bool IsLeastShare(TestResponse response, StressPlan plan, List<(string Name, long Quota, long Remaining, long? Seconds)> items)
    {
        // Limit is printed as a whole number; and slots are shown only if they are violated, or all there is.
        double[] shares = [.. items.Zip(plan.Timed).Select(item => ShareOf(item.First.Remaining, item.Second.Limit))];
        var (limit, remaining) = (Number(response["X-RateLimit-Limit"])!.Value, Number(response["X-RateLimit-Remaining"])!.Value);
        return shares.Length == 0
            || items.Zip(shares).Any(item => item.First.Quota == limit && item.First.Remaining == remaining && item.Second <= shares.Min());
    }

    // Of a fractional limit, nothing is used while all whole permits are left.
    private static double ShareOf(long remaining, double limit) => limit >= 1 && remaining >= Math.Floor(limit) ? 1 : remaining / limit;

    /// <summary>The items of RateLimit, each with the limit that RateLimit-Policy tells.</summary>
    private static List<(string Name, long Quota, long Remaining, long? Seconds)> Items(TestResponse response)
    {
        var limits = LimitPattern().Matches(response["RateLimit"] ?? string.Empty);
        var policies = PolicyPattern().Matches(response["RateLimit-Policy"] ?? string.Empty);
        Require(response["RateLimit"] == string.Join(", ", limits), "RateLimit is something else than items", response);
        Require(response["RateLimit-Policy"] == string.Join(", ", policies), "RateLimit-Policy is something else than items", response);
        Require(limits.Select(NameOf).SequenceEqual(policies.Select(NameOf)), "RateLimit and RateLimit-Policy have other items", response);
        return [.. limits.Zip(policies).Select(item => (
            NameOf(item.First), Number(item.Second.Groups["q"].Value)!.Value, Number(item.First.Groups["r"].Value)!.Value, Number(item.First.Groups["t"].Value)))];

        static string NameOf(Match match) => match.Groups["name"].Value;
    }

    private static long? Number(string? text) => string.IsNullOrEmpty(text) ? null : long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private static void Require(bool condition, string what, TestResponse response)
    {
        if (!condition)
        {
            Assert.Fail($"{what}:\n{response.Text}");
        }
    }

    [GeneratedRegex("\"(?<name>[a-z0-9]+)\";r=(?<r>-?[0-9]+)(;t=(?<t>-?[0-9]+))?")]
    private static partial Regex LimitPattern();

    [GeneratedRegex("\"(?<name>[a-z0-9]+)\";q=(?<q>[0-9]+)(;qu=\"[a-z-]+\")?(;w=[0-9]+)?")]
    private static partial Regex PolicyPattern();
}
