using System.Globalization;
using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Finds settings of a quota that have no effect, and so are mistakes.</summary>
internal static class QuotaEffectRules
{
    /// <summary>The settings that one algorithm has; their values where they are not the default.</summary>
    private static readonly (string Name, QuotaAlgorithm Algorithm, Func<QuotaOptions, object?> ValueIfSet)[] s_settings =
    [
        (nameof(QuotaOptions.Segments), QuotaAlgorithm.SlidingWindow,
            quota => quota.Segments == SlidingWindowQuota.DefaultSegments ? null : quota.Segments),
        (nameof(QuotaOptions.AlignToClock), QuotaAlgorithm.FixedWindow, quota => quota.AlignToClock ? true : null),
        (nameof(QuotaOptions.Period), QuotaAlgorithm.CalendarWindow, quota => quota.Period),
        (nameof(QuotaOptions.TimeZone), QuotaAlgorithm.CalendarWindow,
            quota => quota.TimeZone == CalendarWindowQuota.DefaultTimeZone ? null : $"\"{quota.TimeZone}\""),
        (nameof(QuotaOptions.FirstDayOfWeek), QuotaAlgorithm.CalendarWindow,
            quota => quota.FirstDayOfWeek == CalendarWindowQuota.DefaultFirstDayOfWeek ? null : quota.FirstDayOfWeek),
        (nameof(QuotaOptions.RefillPerSecond), QuotaAlgorithm.TokenBucket, quota => quota.RefillPerSecond),
        (nameof(QuotaOptions.QueueLimit), QuotaAlgorithm.Concurrency, quota => quota.QueueLimit == 0 ? null : quota.QueueLimit),
        (nameof(QuotaOptions.QueueProcessingOrder), QuotaAlgorithm.Concurrency,
            quota => quota.QueueProcessingOrder == QueueProcessingOrder.OldestFirst ? null : quota.QueueProcessingOrder),
        (nameof(QuotaOptions.RetryAfter), QuotaAlgorithm.Concurrency,
            quota => quota.RetryAfter == ConcurrencyQuota.DefaultRetryAfter ? null : quota.RetryAfter),
    ];

    public static IEnumerable<RateLimitConfigurationError> Check(string path, QuotaOptions quota)
    {
        var reason = $"the algorithm is {quota.Algorithm}";
        foreach (var setting in s_settings.Where(setting => setting.Algorithm != quota.Algorithm))
        {
            if (setting.ValueIfSet(quota) is { } value)
            {
                yield return Say(path, setting.Name, value, reason);
            }
        }

        if (quota is { Algorithm: QuotaAlgorithm.Concurrency or QuotaAlgorithm.CalendarWindow, Window: { } window })
        {
            yield return Say(path, nameof(quota.Window), window, reason);
        }

        if (quota is { Algorithm: QuotaAlgorithm.Concurrency, Unit: not (QuotaUnits.Requests or QuotaUnits.ConcurrentRequests) })
        {
            yield return Say(path, nameof(quota.Unit), $"\"{quota.Unit}\"", reason);
        }

        if (quota is { Algorithm: QuotaAlgorithm.Concurrency, MaxDebt: { } debt })
        {
            yield return Say(path, nameof(quota.MaxDebt), debt, reason);
        }

        if (quota is { Algorithm: QuotaAlgorithm.Concurrency, CountBytes: not CountedBytes.None })
        {
            yield return Say(path, nameof(quota.CountBytes), quota.CountBytes, reason);
        }

        if (quota.Algorithm == QuotaAlgorithm.Concurrency && QuotaCounting.Of(quota) is not null)
        {
            yield return Say(path, quota.DoNotCount.Count > 0 ? nameof(quota.DoNotCount) : nameof(quota.CountOnly), "given", reason);
        }

        if (quota is { Algorithm: QuotaAlgorithm.CalendarWindow, Period: not CalendarPeriod.Week, FirstDayOfWeek: not CalendarWindowQuota.DefaultFirstDayOfWeek })
        {
            yield return Say(path, nameof(quota.FirstDayOfWeek), quota.FirstDayOfWeek, "the Period is no Week");
        }

        if (quota is { Algorithm: QuotaAlgorithm.TokenBucket, RefillPerSecond: { } rate } && (quota.Window is not null || quota.DynamicLimit is not null))
        {
            yield return Say(path, nameof(quota.RefillPerSecond), rate, "the bucket fills in a Window");
        }
    }

    private static RateLimitConfigurationError Say(string path, string setting, object value, string reason) => new(
        RateLimitErrorIds.SettingWithoutEffect,
        OptionsPath.Join(path, setting),
        string.Create(CultureInfo.InvariantCulture, $"{setting} is {value}, which has no effect, since {reason}; leave it out."));
}
