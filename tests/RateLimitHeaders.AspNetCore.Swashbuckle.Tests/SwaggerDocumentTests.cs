using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace RateLimitHeaders.AspNetCore.Swashbuckle.Tests;

public class SwaggerDocumentTests
{
    private static readonly JsonSerializerOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task Operation_OfALimitedEndpoint_HasFieldsAnd429()
    {
        var document = JsonNode.Parse(await SwaggerDocument.GetAsync(limits => limits.FixedWindow("hourly", 60, Hour)))!;

        var operation = document["paths"]!["/limited"]!["get"]!;
        Assert.Equal("**Rate limits** of policy `default`: `hourly`: 60 requests in a window of 1 hour.", operation["description"]!.ToString());
        Assert.Equal(
            """{"X-RateLimit-Limit":{"$ref":"#/components/headers/X-RateLimit-Limit"},"X-RateLimit-Remaining":{"$ref":"#/components/headers/X-RateLimit-Remaining"},"X-RateLimit-Reset":{"$ref":"#/components/headers/X-RateLimit-Reset"}}""",
            operation["responses"]!["200"]!["headers"]!.ToJsonString());
        Assert.Equal(
            """{"description":"Too Many Requests","headers":{"Retry-After":{"$ref":"#/components/headers/Retry-After"},"X-RateLimit-Limit":{"$ref":"#/components/headers/X-RateLimit-Limit"},"X-RateLimit-Remaining":{"$ref":"#/components/headers/X-RateLimit-Remaining"},"X-RateLimit-Reset":{"$ref":"#/components/headers/X-RateLimit-Reset"}},"content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/RateLimitProblem"}}}}""",
            operation["responses"]!["429"]!.ToJsonString(s_readable));
        Assert.Equal(
            ["Retry-After", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"],
            document["components"]!["headers"]!.AsObject().Select(header => header.Key));
        Assert.NotNull(document["components"]!["schemas"]!["RateLimitProblem"]!["properties"]!["violated-policies"]);
    }

    [Fact]
    public async Task Operation_OfAnEndpointThatIsNotLimited_StaysAsItIs()
    {
        var document = JsonNode.Parse(await SwaggerDocument.GetAsync(limits => limits.FixedWindow("hourly", 60, Hour)))!;
        Assert.Equal(
            """{"tags":["testhost"],"responses":{"200":{"description":"OK","content":{"text/plain":{"schema":{"type":"string"}}}}}}""",
            document["paths"]!["/free"]!["get"]!.ToJsonString());
    }

    [Fact]
    public async Task Operation_UnderReportOnlyLimits_StaysAsItIs()
    {
        var document = JsonNode.Parse(await SwaggerDocument.GetAsync(limits => limits.FixedWindow("hourly", 60, Hour).ReportOnly()))!;
        Assert.Equal(
            """{"tags":["testhost"],"responses":{"200":{"description":"OK","content":{"text/plain":{"schema":{"type":"string"}}}},"429":{"description":"Too Many Requests","content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/ProblemDetails"}}}}}}""",
            document["paths"]!["/limited"]!["get"]!.ToJsonString(s_readable));
        Assert.Null(document["components"]!["headers"]);
    }

    [Fact]
    public async Task Rejections_WithAStatusAndBodyOfTheirPolicy_HaveThatStatusAndNoSchema()
    {
        var document = JsonNode.Parse(await SwaggerDocument.GetAsync(
            limits => limits.DefaultPolicy(policy => policy.FixedWindow("hourly", 60, Hour).Rejection(rejection =>
            {
                rejection.StatusCode = 403;
                rejection.Body = "Come back later.";
            }))))!;
        Assert.Equal(
            """{"description":"A rate limit is exceeded. Retry-After shows when to repeat the request.","headers":{"Retry-After":{"$ref":"#/components/headers/Retry-After"},"X-RateLimit-Limit":{"$ref":"#/components/headers/X-RateLimit-Limit"},"X-RateLimit-Remaining":{"$ref":"#/components/headers/X-RateLimit-Remaining"},"X-RateLimit-Reset":{"$ref":"#/components/headers/X-RateLimit-Reset"}}}""",
            document["paths"]!["/limited"]!["get"]!["responses"]!["403"]!.ToJsonString(s_readable));
    }

    [Fact]
    public async Task Family_ThatIsChosen_IsDocumented()
    {
        var document = JsonNode.Parse(await SwaggerDocument.GetAsync(
            limits => limits.FixedWindow("hourly", 60, Hour).Headers(headers => headers.XRateLimit().Ietf()), family: RateLimitFieldFamily.Ietf))!;
        Assert.Equal(
            ["RateLimit", "RateLimit-Policy"],
            document["paths"]!["/limited"]!["get"]!["responses"]!["200"]!["headers"]!.AsObject().Select(header => header.Key));
    }

    [Theory]
    [InlineData(OpenApiSpecVersion.OpenApi3_0)]
    [InlineData(OpenApiSpecVersion.OpenApi3_1)]
    [InlineData(OpenApiSpecVersion.OpenApi3_2)]
    public async Task Document_InEachVersion_IsReadWithoutErrors(OpenApiSpecVersion version)
    {
        var text = await SwaggerDocument.GetAsync(limits => limits.FixedWindow("hourly", 60, Hour), version);

        var (document, diagnostic) = OpenApiDocument.Parse(text);

        Assert.Empty(diagnostic!.Errors);
        Assert.Empty(diagnostic.Warnings);
        Assert.Equal(version, diagnostic.SpecificationVersion);
        var responses = document!.Paths["/limited"].Operations![HttpMethod.Get].Responses!;
        Assert.Equal(JsonSchemaType.Integer, responses["200"].Headers!["X-RateLimit-Remaining"].Schema!.Type);
        Assert.Equal(JsonSchemaType.Array, responses["429"].Content!["application/problem+json"].Schema!.Properties!["violated-policies"].Type);
    }

    [Fact]
    public async Task Response_ThatIsAReference_KeepsItsContentAndGetsFields()
    {
        var document = JsonNode.Parse(await SwaggerDocument.GetAsync(
            limits => limits.FixedWindow("hourly", 60, Hour), OpenApiSpecVersion.OpenApi3_2, before: options => options.OperationFilter<ReferringFilter>()))!;

        Assert.Equal(
            """{"summary":"No such thing","description":"An error","headers":{"X-RateLimit-Limit":{"$ref":"#/components/headers/X-RateLimit-Limit"},"X-RateLimit-Remaining":{"$ref":"#/components/headers/X-RateLimit-Remaining"},"X-RateLimit-Reset":{"$ref":"#/components/headers/X-RateLimit-Reset"}},"x-error-codes":"E1"}""",
            document["paths"]!["/limited"]!["get"]!["responses"]!["400"]!.ToJsonString(s_readable));
        Assert.Equal(
            """{"summary":"No such thing","description":"An error","x-error-codes":"E1"}""",
            document["components"]!["responses"]!["Error"]!.ToJsonString(s_readable));
    }
}
