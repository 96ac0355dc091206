namespace RateLimitHeaders.AspNetCore;

/// <summary>What the settings of a quota must keep that tell what is counted, and what is owed.</summary>
internal static class QuotaCountingRules
{
    private const int FirstStatus = 100;
    private const int LastStatus = 599;

    public static IEnumerable<RateLimitConfigurationError> Check(string path, QuotaOptions options)
    {
        if (options.MaxDebt is { } debt && debt is < 0 or > PermitCost.Max)
        {
            yield return ValueRules.Say(
                RateLimitErrorIds.MaxDebt, path, nameof(options.MaxDebt), debt, "give a number from 0 to 999,999,999,999,999, or none");
        }

        if (options is { CountBytes: not CountedBytes.None, Algorithm: not QuotaAlgorithm.Concurrency, Unit: not QuotaUnits.ContentBytes })
        {
            yield return new(
                RateLimitErrorIds.CountBytesUnit,
                OptionsPath.Join(path, nameof(options.Unit)),
                $"Unit is \"{options.Unit}\", and the quota counts bytes; give the unit \"{QuotaUnits.ContentBytes}\".");
        }

        for (var i = 0; i < options.DoNotCount.Count; i++)
        {
            if (options.DoNotCount[i] is < FirstStatus or > LastStatus)
            {
                yield return new(
                    RateLimitErrorIds.DoNotCount,
                    OptionsPath.Join(path, nameof(options.DoNotCount), $"{i}"),
                    FormattableString.Invariant($"DoNotCount has {options.DoNotCount[i]}; give statuses from {FirstStatus} to {LastStatus}."));
            }
        }

        foreach (var error in (RateLimitConfigurationError[])
        [
            .. ValueRules.IsDefined(path, nameof(options.CountBytes), options.CountBytes),
            .. ValueRules.IsDefined(path, nameof(options.CountOnly), options.CountOnly),
        ])
        {
            yield return error;
        }
    }
}
