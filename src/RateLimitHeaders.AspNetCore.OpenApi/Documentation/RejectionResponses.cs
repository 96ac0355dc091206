using Microsoft.OpenApi;

namespace RateLimitHeaders.AspNetCore.OpenApi;

/// <summary>Adds the responses that rejected requests get.</summary>
internal static class RejectionResponses
{
    /// <summary>The status where a limit is exceeded.</summary>
    public const string Rejected = "429";

    /// <summary>The status where requests cannot be counted.</summary>
    public const string Unavailable = "503";

    private const string ProblemType = "application/problem+json";
    private const string RetryAfter = "Retry-After";

    public static void Add(OpenApiResponses responses, IReadOnlyCollection<RateLimitPolicyInfo> policies, OpenApiDocument document)
    {
        var writesProblem = policies.Any(policy => policy.WritesProblemDetails);
        Add(responses, Rejected, "A rate limit is exceeded. Retry-After tells when to repeat the request.", writesProblem, document);
        if (policies.Any(policy => policy.CanBeUnavailable))
        {
            Add(responses, Unavailable, "Requests cannot be counted at the moment. Retry-After tells when to repeat the request.", writesProblem, document);
        }
    }

    private static void Add(OpenApiResponses responses, string status, string description, bool writesProblem, OpenApiDocument document)
    {
        var response = responses.TryGetValue(status, out var known) ? FieldHeaders.OwnOf(known) : new OpenApiResponse { Description = description };
        if (writesProblem)
        {
            AddProblem(response, document);
        }

        FieldHeaders.Add(response, RetryAfter, FieldHeader.CreateRetryAfter, document);
        responses[status] = response;
    }

    /// <summary>Tells problem details as the body, unless the application tells more than those of ASP.NET Core.</summary>
    private static void AddProblem(OpenApiResponse response, OpenApiDocument document)
    {
        var content = response.Content ??= new MediaTypes();
        if (!content.TryGetValue(ProblemType, out var known) || known.Schema is null or OpenApiSchemaReference { Reference.Id: "ProblemDetails" })
        {
            content[ProblemType] = new OpenApiMediaType { Schema = ProblemSchema.In(document) };
        }
    }
}
