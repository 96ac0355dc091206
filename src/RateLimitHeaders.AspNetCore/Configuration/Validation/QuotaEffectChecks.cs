using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Finds settings of a quota that have no effect, and so are mistakes.</summary>
internal static class QuotaEffectChecks
{
    /// <summary>The settings that one algorithm has, and their values if they are not the default.</summary>
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

    /// <summary>The settings that decide which others have an effect.</summary>
    private static readonly string[] s_choosing =
        [nameof(QuotaOptions.Algorithm), RateSetting.Key, nameof(QuotaOptions.Window), nameof(QuotaOptions.Period)];

    public static void Check(string path, QuotaOptions quota, SettingFindings findings, ConfigurationErrors errors)
    {
        var reason = $"the algorithm is {quota.Algorithm}";

        // Code may have set it for the algorithm or the window that configuration replaces by another one.
        var isChosen = s_choosing.Any(IsRead);
        foreach (var (name, _, valueIfSet) in s_settings.Where(setting => setting.Algorithm != quota.Algorithm))
        {
            var value = valueIfSet(quota);
            AddIf(value is not null && IsMistake(name), name, value, reason);
        }

        var isConcurrency = quota.Algorithm == QuotaAlgorithm.Concurrency;
        var isCalendar = quota.Algorithm == QuotaAlgorithm.CalendarWindow;
        AddIf(
            (isConcurrency || isCalendar) && quota.Window is not null && IsMistake(nameof(quota.Window)), nameof(quota.Window), quota.Window, reason);
        AddIf(
            isConcurrency && quota.Unit is not (QuotaUnits.Requests or QuotaUnits.ConcurrentRequests) && IsMistake(nameof(quota.Unit)),
            nameof(quota.Unit),
            $"\"{quota.Unit}\"",
            reason);
        AddIf(isConcurrency && quota.MaxDebt is not null, nameof(quota.MaxDebt), quota.MaxDebt, reason);
        AddIf(isConcurrency && quota.CountBytes != CountedBytes.None, nameof(quota.CountBytes), quota.CountBytes, reason);
        AddIf(
            isConcurrency && QuotaCounting.Of(quota) is not null,
            quota.DoNotCount.Count > 0 ? nameof(quota.DoNotCount) : nameof(quota.CountOnly),
            "given",
            reason);
        AddIf(
            isCalendar && quota is { Period: not CalendarPeriod.Week, FirstDayOfWeek: not CalendarWindowQuota.DefaultFirstDayOfWeek }
                && IsMistake(nameof(quota.FirstDayOfWeek)),
            nameof(quota.FirstDayOfWeek),
            quota.FirstDayOfWeek,
            "the Period is not Week");
        AddIf(
            quota is { Algorithm: QuotaAlgorithm.TokenBucket, RefillPerSecond: not null } && (quota.Window is not null || quota.DynamicLimit is not null),
            nameof(quota.RefillPerSecond),
            quota.RefillPerSecond,
            "the bucket fills in a Window");

        bool IsRead(string setting) => findings.IsRead(OptionsPath.Join(path, setting));

        bool IsMistake(string setting) => !isChosen || IsRead(setting);

        // The text is made only for an error: these are most of the checks of a quota.
        void AddIf(bool isWrong, string setting, object? value, string why)
        {
            if (isWrong)
            {
                errors.Add(
                    RateLimitErrorIds.SettingWithoutEffect,
                    OptionsPath.Join(path, setting),
                    FormattableString.Invariant($"{setting} is {value}, which has no effect, because {why}; leave it out."));
            }
        }
    }
}
