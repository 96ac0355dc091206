using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using RateLimitHeaders.AspNetCore;
using RateLimitHeaders.AspNetCore.OpenApi;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Tells rate limits in OpenAPI documents.</summary>
public static class RateLimitHeadersOpenApiExtensions
{
    /// <summary>
    /// Adds to each limited operation the fields of its responses, by reference to <c>components/headers</c>; the response 429, or the
    /// status that its policy has instead, and 503 where it can occur; and, in the description, the quotas of each token type.
    /// Operations that are not limited stay as they are, and so does what the document says of these responses already.
    /// </summary>
    /// <param name="options">The options of the document.</param>
    /// <param name="family">
    /// The family whose fields are told, where responses carry several; the description names the others. By default, and where
    /// responses do not carry it, it is <see cref="RateLimitFieldFamily.XRateLimit"/>, or else <see cref="RateLimitFieldFamily.Ietf"/>.
    /// </param>
    /// <returns>The options.</returns>
    /// <remarks>It needs <c>services.AddRateLimitHeaders(…)</c>; with <c>app.UseRateLimitHeaders(limits => …)</c>, without limits.</remarks>
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
