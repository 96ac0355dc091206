namespace RateLimitHeaders.AspNetCore;

/// <summary>One piece of configuration, kept until the application starts.</summary>
internal sealed class RateLimitConfiguration(Action<RateLimitHeadersBuilder> configure)
{
    public static RateLimitEngine Build(IServiceProvider services, IEnumerable<RateLimitConfiguration> pieces)
    {
        var builder = new RateLimitHeadersBuilder(services);
        foreach (var piece in pieces)
        {
            piece.Configure(builder);
        }

        return builder.Build();
    }

    private void Configure(RateLimitHeadersBuilder builder) => configure(builder);
}
