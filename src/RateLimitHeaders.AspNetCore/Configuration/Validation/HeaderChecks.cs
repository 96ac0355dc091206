namespace RateLimitHeaders.AspNetCore;

/// <summary>The requirements of the settings of headers.</summary>
internal static class HeaderChecks
{
    private const string Path = OptionsPath.Headers;

    public static void Check(HeadersOptions options, SettingFindings findings, ConfigurationErrors errors)
    {
        errors.CheckDefined(Path, options.When);
        errors.CheckDefined(Path, options.Existing);
        errors.AddIf(
            !(options.NearLimit > 0 && options.NearLimit < 1),
            RateLimitErrorIds.NearLimit,
            Path,
            options.NearLimit,
            "give a share between 0 and 1, such as 0.2");
        errors.AddIf(
            options.AdvertisedRate is not (null or >= 1),
            RateLimitErrorIds.AdvertisedRate,
            Path,
            options.AdvertisedRate,
            "give 1 permit per second or more, or leave it out for no cap");
        errors.AddIf(
            options.Jitter < TimeSpan.Zero || options.Jitter > QuotaRules.MaxWindow,
            RateLimitErrorIds.Jitter,
            Path,
            options.Jitter,
            $"give a time from zero to {QuotaRules.MaxWindow.TotalDays} days");
        FieldChecks.Check(options, errors);
        CheckIetf(OptionsPath.Join(Path, nameof(options.Ietf)), options.Ietf, errors);
        HeaderEffectChecks.Check(options, findings, errors);
    }

    private static void CheckIetf(string path, IetfOptions options, ConfigurationErrors errors)
    {
        errors.CheckDefined(path, options.Draft);
        errors.AddIf(
            options.PartitionKeySecret is { Length: < CallerHash.ShortestSecret },
            RateLimitErrorIds.PartitionKeySecret,
            OptionsPath.Join(path, nameof(options.PartitionKeySecret)),
            $"PartitionKeySecret has {options.PartitionKeySecret?.Length} bytes; give {CallerHash.ShortestSecret} or more, or none, so that one is generated.");
    }
}
