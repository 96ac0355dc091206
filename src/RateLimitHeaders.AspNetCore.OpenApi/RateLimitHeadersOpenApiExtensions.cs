using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using RateLimitHeaders.AspNetCore;
using RateLimitHeaders.AspNetCore.OpenApi;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Extension methods that describe rate limits in OpenAPI documents.</summary>
public static class RateLimitHeadersOpenApiExtensions
{
    /// <summary>
    /// Adds to each limited operation the rate limit fields of its responses, as references to <c>components/headers</c>; the response 429, or
    /// the status that its policy has instead, and 503 where it can occur; and the quotas of each token type in the description.
    /// Operations that are not limited stay unchanged, and so does everything that the document already contains about these responses.
    /// </summary>
    /// <param name="options">The options of the document.</param>
    /// <param name="family">
    /// The family whose fields are described if responses carry several families; the description names the others. By default, or if
    /// responses do not carry this family, it is <see cref="RateLimitFieldFamily.XRateLimit"/>, or else <see cref="RateLimitFieldFamily.Ietf"/>.
    /// </param>
    /// <returns>The options.</returns>
    /// <remarks>Requires <c>services.AddRateLimitHeaders(…)</c>. With <c>app.UseRateLimitHeaders(limits => …)</c>, call it without limits.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is <see langword="null"/>.</exception>
    public static OpenApiOptions AddRateLimitHeaders(this OpenApiOptions options, RateLimitFieldFamily? family = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.AddOperationTransformer((operation, context, _) =>
        {
            var services = context.ApplicationServices;
            new OperationDescriber(services.GetService<IRateLimitCatalog>(), services.GetService<EndpointDataSource>(), family)
                .Describe(operation, context.Description.ActionDescriptor, context.Document!);
            return Task.CompletedTask;
        });
    }
}
