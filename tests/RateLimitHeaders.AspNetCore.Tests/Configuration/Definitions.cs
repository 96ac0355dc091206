namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Makes definitions without a host.</summary>
internal static class Definitions
{
    public static RateLimitDefinition Of(Action<RateLimitsBuilder> limits, RateLimitStore? store = null) => Of(OptionsOf(limits), store);

    public static RateLimitDefinition Of(RateLimitHeadersOptions options, RateLimitStore? store = null) =>
        RateLimitDefinitionFactory.Create(options, NoServices.Instance, endpoints: null, store);

    public static RateLimitHeadersOptions OptionsOf(Action<RateLimitsBuilder> limits)
    {
        var options = new RateLimitHeadersOptions();
        RateLimitsBuilder.Configure(options, NoServices.Instance, limits);
        return options;
    }

    public static IReadOnlyList<RateLimitConfigurationError> ErrorsOf(RateLimitHeadersOptions options, RateLimitStore? store = null) =>
        Assert.Throws<RateLimitConfigurationException>(() => Of(options, store)).Errors;

    public static IReadOnlyList<RateLimitConfigurationError> ErrorsOf(Action<RateLimitsBuilder> limits, RateLimitStore? store = null) =>
        ErrorsOf(OptionsOf(limits), store);
}
