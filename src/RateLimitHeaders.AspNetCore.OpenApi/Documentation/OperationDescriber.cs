using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;

namespace RateLimitHeaders.AspNetCore.OpenApi;

/// <summary>Describes the limits of operations in an OpenAPI document.</summary>
internal sealed class OperationDescriber
{
    private readonly IRateLimitCatalog _catalog;
    private readonly EndpointDataSource? _endpoints;
    private readonly RateLimitFieldFamily? _family;

    /// <param name="catalog">The limits in force.</param>
    /// <param name="endpoints">The endpoints of the application.</param>
    /// <param name="family">The family whose fields are described if there are several.</param>
    public OperationDescriber(IRateLimitCatalog? catalog, EndpointDataSource? endpoints, RateLimitFieldFamily? family)
    {
        _catalog = catalog ?? throw new InvalidOperationException(
            "The OpenAPI document cannot describe the rate limits, which are not registered; call services.AddRateLimitHeaders(limits => …), "
            + "or services.AddRateLimitHeaders() together with app.UseRateLimitHeaders(limits => …).");
        _endpoints = endpoints;
        _family = family;
    }

    /// <summary>Describes the limits of one operation. What the document already contains is kept.</summary>
    public void Describe(OpenApiOperation operation, ActionDescriptor action, OpenApiDocument document)
    {
        var policies = _catalog.PoliciesOf(DescribedEndpoint.Of(action, _endpoints))
            .Where(policy => policy.Plans.Any(plan => plan.Enforce > 0))
            .ToArray();
        if (policies.Length == 0)
        {
            return;
        }

        var fields = new DocumentedFields(policies, _family);
        var responses = operation.Responses ??= [];
        RejectionResponses.Add(responses, policies, document);
        foreach (var (status, response) in responses.ToArray())
        {
            responses[status] = FieldHeaders.AddTo(response, fields.On(status), document);
        }

        operation.Description = LimitsText.Append(operation.Description, policies, fields);
    }
}
