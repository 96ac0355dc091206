using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace RateLimitHeaders.AspNetCore.OpenApi.Tests;

public class SampleDocumentTests
{
    [Theory]
    [InlineData(OpenApiSpecVersion.OpenApi3_0)]
    [InlineData(OpenApiSpecVersion.OpenApi3_1)]
    public async Task Document_OfTheSample_IsReadWithoutErrors(OpenApiSpecVersion version)
    {
        var (document, diagnostic) = OpenApiDocument.Parse(await SampleDocument.GetAsync(version));

        Assert.Empty(diagnostic!.Errors);
        Assert.Empty(diagnostic.Warnings);
        Assert.Equal(version, diagnostic.SpecificationVersion);
        var responses = document!.Paths["/2.0/search"].Operations![HttpMethod.Get].Responses!;
        Assert.Equal(JsonSchemaType.Integer, responses["200"].Headers!["X-RateLimit-Remaining"].Schema!.Type);
        Assert.Equal(JsonSchemaType.Array, responses["429"].Content!["application/problem+json"].Schema!.Properties!["violated-policies"].Type);
    }

    [Theory]
    [InlineData(OpenApiSpecVersion.OpenApi3_0)]
    [InlineData(OpenApiSpecVersion.OpenApi3_1)]
    public async Task Document_OfTheSample_HasNoRateLimitFindings(OpenApiSpecVersion version)
    {
        var findings = await Spectral.FindAsync(Limited(await SampleDocument.GetAsync(version)));

        Assert.DoesNotContain(findings, finding => finding.IsAboutRateLimits || finding.IsAboutWhatIsAdded);
    }

    [Fact]
    public async Task Document_OfTheSampleWithoutTheFields_HasRateLimitFindings()
    {
        var document = Limited(await SampleDocument.GetAsync(OpenApiSpecVersion.OpenApi3_1));
        var responses = document["paths"]!["/2.0/search"]!["get"]!["responses"]!;
        responses["200"]!["headers"]!.AsObject().Clear();
        responses["429"]!["headers"]!.AsObject().Remove("Retry-After");

        var findings = await Spectral.FindAsync(document);

        Assert.Equal(
            ["owasp:api4:2023-rate-limit", "owasp:api4:2023-rate-limit-retry-after"],
            findings.Where(finding => finding.IsAboutRateLimits).Select(finding => finding.Rule).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Client_GeneratedFromTheSample_Compiles() =>
        Assert.Empty(await GeneratedClient.CompileAsync(await SampleDocument.GetAsync(OpenApiSpecVersion.OpenApi3_0)));

    /// <summary>Leaves out what is not limited, which the linter cannot know.</summary>
    private static JsonNode Limited(string document)
    {
        var parsed = JsonNode.Parse(document)!;
        Assert.True(parsed["paths"]!.AsObject().Remove("/health"));
        return parsed;
    }
}
