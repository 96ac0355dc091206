namespace RateLimitHeaders.AspNetCore;

/// <summary>The requirements of a quota's settings of what is counted, and of what is owed.</summary>
internal static class QuotaCountingChecks
{
    private const int FirstStatus = 100;
    private const int LastStatus = 599;

    public static void Check(string path, QuotaOptions options, ConfigurationErrors errors)
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
}
