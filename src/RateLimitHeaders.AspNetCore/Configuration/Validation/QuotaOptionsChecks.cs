namespace RateLimitHeaders.AspNetCore;

/// <summary>The requirements of the options of a quota.</summary>
internal static class QuotaOptionsChecks
{
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
        QuotaCountingChecks.Check(path, options, errors);
        QuotaEffectChecks.Check(path, options, findings, errors);
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
