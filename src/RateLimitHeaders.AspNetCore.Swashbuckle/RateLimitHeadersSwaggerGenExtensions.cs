using RateLimitHeaders.AspNetCore;
using RateLimitHeaders.AspNetCore.Swashbuckle;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Extension methods that describe rate limits in the documents of Swashbuckle.</summary>
public static class RateLimitHeadersSwaggerGenExtensions
{
    /// <summary>
    /// Adds to each limited operation the rate limit fields of its responses, as references to <c>components/headers</c>; the response 429, or
    /// the status that its policy has instead, and 503 where it can occur; and the quotas of each token type in the description.
    /// Operations that are not limited stay unchanged, and so does everything that the document already contains about these responses.
    /// </summary>
    /// <param name="options">The options of the documents.</param>
    /// <param name="family">
    /// The family whose fields are described if responses carry several families; the description names the others. By default, or if
    /// responses do not carry this family, it is <see cref="RateLimitFieldFamily.XRateLimit"/>, or else <see cref="RateLimitFieldFamily.Ietf"/>.
    /// </param>
    /// <returns>The options.</returns>
    /// <remarks>Requires <c>services.AddRateLimitHeaders(…)</c>. With <c>app.UseRateLimitHeaders(limits => …)</c>, call it without limits.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is <see langword="null"/>.</exception>
    public static SwaggerGenOptions AddRateLimitHeaders(this SwaggerGenOptions options, RateLimitFieldFamily? family = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.OperationFilter<RateLimitOperationFilter>(new ChosenFamily(family));
        return options;
    }
}
