using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace RateLimitHeaders.AspNetCore.Swashbuckle.Tests;

/// <summary>Adds a response to each operation that refers to one of the document.</summary>
internal sealed class ReferringFilter : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        context.Document.AddComponent("Error", new OpenApiResponse
        {
            Summary = "No such thing",
            Description = "An error",
            Extensions = new Dictionary<string, IOpenApiExtension> { ["x-error-codes"] = new JsonNodeExtension("E1") },
        });
        operation.Responses!["400"] = new OpenApiResponseReference("Error", context.Document);
    }
}
