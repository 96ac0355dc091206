namespace RateLimitHeaders.AspNetCore;

/// <summary>The requirements of the options of a quota.</summary>
internal static class QuotaOptionsChecks
{
    private const int FirstStatus = 100;
    private const int LastStatus = 599;

    public static void Check(string path, string name, QuotaOptions options, SettingFindings findings, ConfigurationErrors errors)
    {
        errors.CheckDefined(path, options.Algorithm);
        if (!Enum.IsDefined(options.Algorithm))
        {
            // The requirements of the other settings depend on the algorithm.
            return;
        }

        foreach (var fault in Faults(name, options))
        {
            errors.Add(fault.Id, fault.Setting == QuotaRules.Name ? path : OptionsPath.Join(path, fault.Setting), fault.ToString());
        }

        errors.CheckDefined(path, options.QueueProcessingOrder);
        errors.CheckDefined(path, options.Display);
        errors.CheckReason(path, options.Reason);
        CheckCounting(path, options, errors);
        QuotaEffectChecks.Check(path, options, findings, errors);
    }

    /// <summary>Checks the settings of what is counted, and of what is owed.</summary>
    private static void CheckCounting(string path, QuotaOptions options, ConfigurationErrors errors)
    {
        errors.AddIf(
            options.MaxDebt is < 0 or > PermitCost.Max,
            RateLimitErrorIds.MaxDebt,
            path,
            options.MaxDebt,
            "give a number from 0 to 999,999,999,999,999, or none");
        errors.AddIf(
            options is { CountBytes: not CountedBytes.None, Algorithm: not QuotaAlgorithm.Concurrency, Unit: not QuotaUnits.ContentBytes },
            RateLimitErrorIds.CountBytesUnit,
            OptionsPath.Join(path, nameof(options.Unit)),
            $"Unit is \"{options.Unit}\", and the quota counts bytes; give the unit \"{QuotaUnits.ContentBytes}\".");
        foreach (var (i, status) in options.DoNotCount.Index())
        {
            errors.AddIf(
                status is < FirstStatus or > LastStatus,
                RateLimitErrorIds.DoNotCount,
                OptionsPath.Join(path, nameof(options.DoNotCount), $"{i}"),
                FormattableString.Invariant($"DoNotCount has {status}; give statuses from {FirstStatus} to {LastStatus}."));
        }

        errors.CheckDefined(path, options.CountBytes);
        errors.CheckDefined(path, options.CountOnly);
    }

    private static IEnumerable<QuotaFault> Faults(string name, QuotaOptions options)
    {
        double? limit = options.DynamicLimit is null ? options.PermitLimit : null;
        return options.Algorithm switch
        {
            QuotaAlgorithm.FixedWindow => QuotaRules.Window(name, limit, options.Window, options.Unit),
            QuotaAlgorithm.CalendarWindow =>
                QuotaRules.CalendarWindow(name, limit, options.Period, options.TimeZone, options.FirstDayOfWeek, options.Unit),
            QuotaAlgorithm.SlidingWindow => QuotaRules.SlidingWindow(name, limit, options.Window, options.Segments, options.Unit),
            QuotaAlgorithm.TokenBucket => options is { RefillPerSecond: { } rate, Window: null, DynamicLimit: null }
                ? QuotaRules.TokenBucket(name, options.PermitLimit, rate, options.Unit)
                : QuotaRules.Window(name, limit, options.Window, options.Unit),
            _ => QuotaRules.Concurrency(name, limit, options.QueueLimit, options.RetryAfter),
        };
    }
}
