using System.Globalization;

namespace RateLimitHeaders.AspNetCore;

/// <summary>What the settings of a quota must keep. Each finding names the setting, the value and the remedy.</summary>
internal static class QuotaRules
{
    /// <summary>The largest Integer of RFC 9651, section 3.3.1.</summary>
    public const double MaxLimit = 999_999_999_999_999;

    /// <summary>A century: longer than any quota, and far from where arithmetic on instants overflows.</summary>
    public static readonly TimeSpan MaxWindow = TimeSpan.FromDays(36_525);

    public static void ThrowIfAny(IEnumerable<string> findings)
    {
        var all = string.Join(" ", findings);
        if (all.Length > 0)
        {
            throw new ArgumentException(all);
        }
    }

    public static IEnumerable<string> FixedWindow(string name, double? limit, TimeSpan window, string unit) =>
        [.. Common(name, limit, unit), .. Window(name, "window", window)];

    public static IEnumerable<string> SlidingWindow(string name, double? limit, TimeSpan window, int segments, string unit)
    {
        foreach (var finding in FixedWindow(name, limit, window, unit))
        {
            yield return finding;
        }

        if (segments is < 1 or > SlidingWindowQuota.MaxSegments)
        {
            yield return Say(name, "segments", segments, $"give a number from 1 to {SlidingWindowQuota.MaxSegments}");
        }
        else if (window > TimeSpan.Zero && window.Ticks < segments)
        {
            yield return Say(name, "segments", segments, "give fewer segments than the window has ticks of 100 ns");
        }
    }

    public static IEnumerable<string> TokenBucket(string name, double? limit, TimeSpan period, string unit) =>
        [.. Common(name, limit, unit), .. Window(name, "period", period)];

    public static IEnumerable<string> TokenBucket(string name, double capacity, double refillPerSecond, string unit)
    {
        foreach (var finding in Common(name, capacity, unit))
        {
            yield return finding;
        }

        if (!(refillPerSecond > 0 && double.IsFinite(refillPerSecond)))
        {
            yield return Say(name, "refillPerSecond", refillPerSecond, "give a rate above 0");
        }
        else if (capacity / refillPerSecond > MaxWindow.TotalSeconds)
        {
            yield return Say(name, "refillPerSecond", refillPerSecond, $"give a rate that fills the bucket within {MaxWindow.TotalDays} days");
        }
        else if (capacity >= 1 && TokenBucketQuota.TimeToFill(capacity, refillPerSecond) <= TimeSpan.Zero)
        {
            yield return Say(name, "refillPerSecond", refillPerSecond, "give a rate that takes 100 ns or more to fill the bucket, or no quota at all");
        }
    }

    public static IEnumerable<string> Concurrency(string name, double? limit, int queueLimit, TimeSpan retryAfter)
    {
        foreach (var finding in Common(name, limit, QuotaUnits.ConcurrentRequests))
        {
            yield return finding;
        }

        if (limit > int.MaxValue)
        {
            yield return Say(name, "permitLimit", limit, $"give at most {int.MaxValue}");
        }

        if (queueLimit < 0)
        {
            yield return Say(name, "queueLimit", queueLimit, "give 0 to reject at once, or a positive number to wait");
        }

        foreach (var finding in Window(name, "retryAfter", retryAfter))
        {
            yield return finding;
        }
    }

    /// <summary>Checks the quotas that one decision counts.</summary>
    public static IEnumerable<string> Together(IReadOnlyCollection<QuotaDescription> quotas)
    {
        if (quotas.Count == 0)
        {
            yield return "There is no quota; give one, such as FixedWindow(permitLimit: 100, window: TimeSpan.FromMinutes(1)).";
        }

        foreach (var name in quotas.GroupBy(quota => quota.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            yield return Say(name.Key, "name", Quote(name.Key), $"{name.Count()} quotas have it; give each a name of its own");
        }

        if (quotas.Count(quota => quota.IsConcurrency) > 1)
        {
            yield return "There are several concurrency quotas, of which only the smallest would count; keep that one.";
        }
    }

    /// <param name="name">The quota's name.</param>
    /// <param name="limit">The limit, or <see langword="null"/> where it depends on the caller.</param>
    /// <param name="unit">The quota unit.</param>
    private static IEnumerable<string> Common(string name, double? limit, string unit)
    {
        if (!StructuredText.IsPrintable(name))
        {
            yield return Say(name, "name", Quote(name), "RFC 9651 prints only ASCII characters from space to tilde; give a name of those");
        }

        if (!StructuredText.IsPrintable(unit))
        {
            yield return Say(name, "unit", Quote(unit), "RFC 9651 prints only ASCII characters from space to tilde; give one of QuotaUnits");
        }

        if (limit is { } number && !(number >= 1 && number <= MaxLimit))
        {
            yield return Say(
                name, "permitLimit", number, $"give a limit from 1 to {MaxLimit.ToString("N0", CultureInfo.InvariantCulture)}, or no quota at all");
        }
    }

    private static IEnumerable<string> Window(string name, string setting, TimeSpan window)
    {
        if (window <= TimeSpan.Zero)
        {
            yield return Say(name, setting, window, "give a time above zero, such as TimeSpan.FromMinutes(1)");
        }
        else if (window > MaxWindow)
        {
            yield return Say(name, setting, window, $"give at most {MaxWindow.TotalDays} days, the longest that can be represented");
        }
    }

    private static string Quote(string? value) => value is null ? "null" : $"\"{value}\"";

    private static string Say<T>(string? name, string setting, T value, string remedy) =>
        string.Create(CultureInfo.InvariantCulture, $"Quota {Quote(name)}: {setting} is {value}; {remedy}.");
}
