using Microsoft.OpenApi;

namespace RateLimitHeaders.AspNetCore.OpenApi;

/// <summary>The schema of the problem details (RFC 9457) of rejections, with <c>violated-policies</c> of the IETF draft.</summary>
internal static class ProblemSchema
{
    private const string Id = "RateLimitProblem";

    // More than any sensible number: linters require bounds of everything that clients receive.
    private const int MaxText = 8192;
    private const int MaxQuotas = 1000;

    /// <summary>Refers to the schema, and adds it to the document if it is not there.</summary>
    public static OpenApiSchemaReference In(OpenApiDocument document)
    {
        if (document.Components?.Schemas?.ContainsKey(Id) != true)
        {
            document.AddComponent(Id, Create());
        }

        return new OpenApiSchemaReference(Id, document);
    }

    private static OpenApiSchema Create() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "Problem details of a rejected request (RFC 9457).",
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = Reference("The kind of the problem, such as `https://iana.org/assignments/http-problem-types#quota-exceeded`."),
            ["title"] = Text("The kind of the problem in words."),
            ["status"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Format = "int32",
                Minimum = "100",
                Maximum = "599",
                Description = "The status of the response.",
            },
            ["detail"] = Text("An explanation of this rejection."),
            ["instance"] = Reference("An identifier of this request."),
            ["violated-policies"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                MaxItems = MaxQuotas,
                Description = "The names of the quotas that the request would have exceeded.",
                Items = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^[ -~]+$", MaxLength = MaxText },
            },
        },
    };

    private static OpenApiSchema Text(string description) =>
        new() { Type = JsonSchemaType.String, Pattern = @"^[\s\S]*$", MaxLength = MaxText, Description = description };

    private static OpenApiSchema Reference(string description) =>
        new() { Type = JsonSchemaType.String, Format = "uri-reference", MaxLength = MaxText, Description = description };
}
