using System.Globalization;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The requirements of the settings of a quota, whether they are arguments or options.</summary>
internal static class QuotaRules
{
    /// <summary>The largest Integer of RFC 9651, section 3.3.1.</summary>
    public const double MaxLimit = 999_999_999_999_999;

    public const string NoQuota = "There is no quota; give one, such as FixedWindow(permitLimit: 100, window: TimeSpan.FromMinutes(1)).";

    public const string SeveralConcurrency =
        "There are several concurrency quotas, of which only the smallest would count; keep that one.";

    /// <summary>The setting that is the name itself, and not a property of the options.</summary>
    public const string Name = "Name";

    private const string TextRemedy = "RFC 9651 allows only ASCII characters from space to tilde; give";

    /// <summary>A century: longer than any quota, and far from the overflow of arithmetic on moments.</summary>
    public static readonly TimeSpan MaxWindow = TimeSpan.FromDays(36_525);

    /// <summary>Checks a fixed window, or a bucket that is full again in a time.</summary>
    public static IEnumerable<QuotaFault> Window(
        string name, double? limit, TimeSpan? window, string unit, string setting = nameof(QuotaOptions.Window)) =>
        [.. Common(name, limit, unit), .. Time(setting, RateLimitErrorIds.Window, window)];

    public static IEnumerable<QuotaFault> CalendarWindow(
        string name, double? limit, CalendarPeriod? period, string timeZone, DayOfWeek firstDayOfWeek, string unit)
    {
        foreach (var fault in Common(name, limit, unit))
        {
            yield return fault;
        }

        if (period is not { } known || !Enum.IsDefined(known))
        {
            yield return Fault(RateLimitErrorIds.Period, nameof(QuotaOptions.Period), period is null ? "missing" : FormattableString.Invariant($"{(int)period}"), "give Day, Week, Month or Year");
        }

        if (timeZone is not null && TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var zone))
        {
            // On Linux the files of time zones distinguish capital letters, and on Windows ICU does. The process does not, once it has read a time
            // zone: the next start would fail.
            if ((OperatingSystem.IsLinux() || (OperatingSystem.IsWindows() && zone.HasIanaId))
                && zone.Id != timeZone
                && zone != TimeZoneInfo.Utc
                && zone.Id.Equals(timeZone, StringComparison.OrdinalIgnoreCase))
            {
                yield return Fault(RateLimitErrorIds.TimeZone, nameof(QuotaOptions.TimeZone), Quote(timeZone), $"write it as \"{zone.Id}\"");
            }
        }
        else
        {
            yield return Fault(
                RateLimitErrorIds.TimeZone,
                nameof(QuotaOptions.TimeZone),
                Quote(timeZone),
                "this machine does not know it; give an IANA id, such as \"Europe/Berlin\", or \"UTC\", and install the time zone data (tzdata) where it is missing; on Windows IANA ids need ICU, without InvariantGlobalization");
        }

        if (!Enum.IsDefined(firstDayOfWeek))
        {
            yield return Fault(
                RateLimitErrorIds.FirstDayOfWeek, nameof(QuotaOptions.FirstDayOfWeek), (int)firstDayOfWeek, "give a day from Sunday to Saturday");
        }
    }

    public static IEnumerable<QuotaFault> SlidingWindow(string name, double? limit, TimeSpan? window, int segments, string unit)
    {
        foreach (var fault in Window(name, limit, window, unit))
        {
            yield return fault;
        }

        if (segments is < 1 or > SlidingWindowQuota.MaxSegments)
        {
            yield return Segments(segments, $"give a number from 1 to {SlidingWindowQuota.MaxSegments}");
        }
        else if (window is { Ticks: > 0 } time && time.Ticks < segments)
        {
            yield return Segments(segments, "give fewer segments than the window has ticks of 100 ns");
        }
    }

    public static IEnumerable<QuotaFault> TokenBucket(string name, double capacity, double refillPerSecond, string unit)
    {
        foreach (var fault in Common(name, capacity, unit))
        {
            yield return fault;
        }

        if (!(refillPerSecond > 0 && double.IsFinite(refillPerSecond)))
        {
            yield return Refill(refillPerSecond, "give a rate above 0");
        }
        else if (capacity / refillPerSecond > MaxWindow.TotalSeconds)
        {
            yield return Refill(refillPerSecond, $"give a rate that fills the bucket within {MaxWindow.TotalDays} days");
        }
        else if (capacity >= 1 && TokenBucketQuota.TimeToFill(capacity, refillPerSecond) <= TimeSpan.Zero)
        {
            yield return Refill(refillPerSecond, "give a rate that takes 100 ns or more to fill the bucket, or no quota at all");
        }
    }

    public static IEnumerable<QuotaFault> Concurrency(string name, double? limit, int queueLimit, TimeSpan retryAfter)
    {
        foreach (var fault in Common(name, limit, QuotaUnits.ConcurrentRequests))
        {
            yield return fault;
        }

        if (limit is > int.MaxValue and <= MaxLimit)
        {
            yield return Limit(limit.Value, $"give at most {int.MaxValue}");
        }
        else if (limit is >= 1 and <= int.MaxValue && !double.IsInteger(limit.Value))
        {
            yield return Limit(limit.Value, "give a whole number, because requests that run at the same time are counted");
        }

        if (queueLimit < 0)
        {
            yield return Fault(
                RateLimitErrorIds.QueueLimit,
                nameof(QuotaOptions.QueueLimit),
                queueLimit,
                "give 0 to reject at once, or a positive number to wait");
        }

        foreach (var fault in Time(nameof(QuotaOptions.RetryAfter), RateLimitErrorIds.RetryAfter, retryAfter))
        {
            yield return fault;
        }
    }

    /// <summary>Checks the quotas that decide together.</summary>
    public static IEnumerable<string> Together(IReadOnlyCollection<QuotaDescription> quotas)
    {
        if (quotas.Count == 0)
        {
            yield return NoQuota;
        }

        foreach (var name in quotas.GroupBy(quota => quota.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            yield return $"Quota {Quote(name.Key)}: name is {Quote(name.Key)}; {name.Count()} quotas have it; give each a name of its own.";
        }

        if (quotas.Count(quota => quota.IsConcurrency) > 1)
        {
            yield return SeveralConcurrency;
        }
    }

    public static void ThrowIfAny(IEnumerable<string> faults)
    {
        var all = string.Join(" ", faults);
        if (all.Length > 0)
        {
            throw new ArgumentException(all);
        }
    }

    /// <summary>Throws the faults of a quota that is created from arguments, which are named like the settings except for the first letter.</summary>
    public static void ThrowIfAny(string? name, IEnumerable<QuotaFault> faults) => ThrowIfAny(faults.Select(
        fault => $"Quota {Quote(name)}: {fault with { Setting = char.ToLowerInvariant(fault.Setting[0]) + fault.Setting[1..] }}"));

    /// <param name="name">The quota's name.</param>
    /// <param name="limit">The limit, or <see langword="null"/> if it depends on the caller.</param>
    /// <param name="unit">The quota unit.</param>
    private static IEnumerable<QuotaFault> Common(string name, double? limit, string unit)
    {
        if (!StructuredText.IsPrintable(name))
        {
            yield return Fault(RateLimitErrorIds.QuotaName, Name, Quote(name), $"{TextRemedy} a name of those");
        }

        if (!StructuredText.IsPrintable(unit))
        {
            yield return Fault(RateLimitErrorIds.Unit, nameof(QuotaOptions.Unit), Quote(unit), $"{TextRemedy} one of QuotaUnits");
        }

        if (limit is { } number && !(number >= 1 && number <= MaxLimit))
        {
            yield return Limit(
                number, $"give a limit from 1 to {MaxLimit.ToString("N0", CultureInfo.InvariantCulture)}, or no quota at all");
        }
    }

    private static IEnumerable<QuotaFault> Time(string setting, string id, TimeSpan? time)
    {
        const string Remedy = "give a time above zero, such as TimeSpan.FromMinutes(1)";
        if (time is null)
        {
            yield return Fault(id, setting, "missing", $"{Remedy}, or \"1m\" in configuration");
        }
        else if (time <= TimeSpan.Zero)
        {
            yield return Fault(id, setting, time.Value, Remedy);
        }
        else if (time > MaxWindow)
        {
            yield return Fault(id, setting, time.Value, $"give at most {MaxWindow.TotalDays} days, the longest that can be represented");
        }
    }

    private static QuotaFault Limit(double value, string remedy) =>
        Fault(RateLimitErrorIds.PermitLimit, nameof(QuotaOptions.PermitLimit), value, remedy);

    private static QuotaFault Segments(int value, string remedy) =>
        Fault(RateLimitErrorIds.Segments, nameof(QuotaOptions.Segments), value, remedy);

    private static QuotaFault Refill(double value, string remedy) =>
        Fault(RateLimitErrorIds.RefillPerSecond, nameof(QuotaOptions.RefillPerSecond), value, remedy);

    private static QuotaFault Fault<T>(string id, string setting, T value, string remedy) =>
        new(id, setting, string.Create(CultureInfo.InvariantCulture, $"{value}"), remedy);

    private static string Quote(string? value) => value is null ? "null" : $"\"{value}\"";
}
