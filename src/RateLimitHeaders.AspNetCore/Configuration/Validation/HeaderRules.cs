namespace RateLimitHeaders.AspNetCore;

/// <summary>What the settings of headers must keep.</summary>
internal static class HeaderRules
{
    private const string Path = OptionsPath.Headers;

    public static IEnumerable<RateLimitConfigurationError> Check(HeadersOptions options, SettingFindings findings) =>
    [
        .. ValueRules.IsDefined(Path, nameof(options.When), options.When),
        .. ValueRules.IsDefined(Path, nameof(options.Existing), options.Existing),
        .. CheckNumbers(options),
        .. FieldRules.Check(options),
        .. ValueRules.IsDefined(OptionsPath.Join(Path, nameof(options.Ietf)), nameof(options.Ietf.Draft), options.Ietf.Draft),
        .. CheckSecret(options.Ietf),
        .. HeaderEffectRules.Check(options, findings),
    ];

    private static IEnumerable<RateLimitConfigurationError> CheckNumbers(HeadersOptions options)
    {
        if (!(options.NearLimit > 0 && options.NearLimit < 1))
        {
            yield return ValueRules.Say(
                RateLimitErrorIds.NearLimit, Path, nameof(options.NearLimit), options.NearLimit, "give a share between 0 and 1, such as 0.2");
        }

        if (options.AdvertisedRate is { } rate && !(rate >= 1))
        {
            yield return ValueRules.Say(
                RateLimitErrorIds.AdvertisedRate, Path, nameof(options.AdvertisedRate), rate, "give 1 permit per second or more, or leave it out for no cap");
        }

        if (options.Jitter < TimeSpan.Zero || options.Jitter > QuotaRules.MaxWindow)
        {
            yield return ValueRules.Say(
                RateLimitErrorIds.Jitter, Path, nameof(options.Jitter), options.Jitter, $"give a time from zero to {QuotaRules.MaxWindow.TotalDays} days");
        }
    }

    private static IEnumerable<RateLimitConfigurationError> CheckSecret(IetfOptions options)
    {
        if (options.PartitionKeySecret is { Length: < CallerHash.ShortestSecret } secret)
        {
            yield return new(
                RateLimitErrorIds.PartitionKeySecret,
                OptionsPath.Join(Path, nameof(HeadersOptions.Ietf), nameof(options.PartitionKeySecret)),
                $"PartitionKeySecret has {secret.Length} bytes; give {CallerHash.ShortestSecret} or more, or none to have one made up.");
        }
    }
}
