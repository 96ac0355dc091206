using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using RateLimitHeaders.AspNetCore.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace RateLimitHeaders.AspNetCore.Swashbuckle;

/// <summary>Describes the limits of operations.</summary>
internal sealed class RateLimitOperationFilter(IServiceProvider services, ChosenFamily chosen) : IOperationFilter
{
    private readonly OperationDescriber _describer =
        new(services.GetService<IRateLimitCatalog>(), services.GetService<EndpointDataSource>(), chosen.Family);

    public void Apply(OpenApiOperation operation, OperationFilterContext context) =>
        _describer.Describe(operation, context.ApiDescription.ActionDescriptor, context.Document);
}
