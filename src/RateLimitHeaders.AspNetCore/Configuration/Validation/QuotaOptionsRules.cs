namespace RateLimitHeaders.AspNetCore;

/// <summary>What the options of a quota must keep.</summary>
internal static class QuotaOptionsRules
{
    public static IEnumerable<RateLimitConfigurationError> Check(string path, string name, QuotaOptions options)
    {
        if (!Enum.IsDefined(options.Algorithm))
        {
            // What the other settings must keep depends on the algorithm.
            return ValueRules.IsDefined(path, nameof(options.Algorithm), options.Algorithm);
        }

        return
        [
            .. Faults(name, options).Select(fault => new RateLimitConfigurationError(
                fault.Id, fault.Setting == QuotaRules.Name ? path : OptionsPath.Join(path, fault.Setting), fault.ToString())),
            .. ValueRules.IsDefined(path, nameof(options.QueueProcessingOrder), options.QueueProcessingOrder),
            .. ValueRules.IsDefined(path, nameof(options.Display), options.Display),
            .. ValueRules.IsReason(path, options.Reason),
            .. QuotaCountingRules.Check(path, options),
            .. QuotaEffectRules.Check(path, options),
        ];
    }

    private static IEnumerable<QuotaFault> Faults(string name, QuotaOptions options)
    {
        double? limit = options.DynamicLimit is null ? options.PermitLimit : null;
        var window = options.Window ?? TimeSpan.Zero;
        return options.Algorithm switch
        {
            QuotaAlgorithm.FixedWindow => QuotaRules.FixedWindow(name, limit, window, options.Unit),
            QuotaAlgorithm.CalendarWindow =>
                QuotaRules.CalendarWindow(name, limit, options.Period, options.TimeZone, options.FirstDayOfWeek, options.Unit),
            QuotaAlgorithm.SlidingWindow => QuotaRules.SlidingWindow(name, limit, window, options.Segments, options.Unit),
            QuotaAlgorithm.TokenBucket => options is { RefillPerSecond: { } rate, Window: null, DynamicLimit: null }
                ? QuotaRules.TokenBucket(name, options.PermitLimit, rate, options.Unit)
                : QuotaRules.TokenBucket(name, limit, window, options.Unit),
            _ => QuotaRules.Concurrency(name, limit, options.QueueLimit, options.RetryAfter),
        };
    }
}
