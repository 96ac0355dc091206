using System.Globalization;
using Microsoft.OpenApi;

namespace RateLimitHeaders.AspNetCore.OpenApi;

/// <summary>Adds the responses that rejected requests get.</summary>
internal static class RejectionResponses
{
    /// <summary>The status of responses to requests that cannot be counted.</summary>
    public const string Unavailable = "503";

    private const string ProblemType = "application/problem+json";
    private const string RetryAfter = "Retry-After";

    public static void Add(OpenApiResponses responses, IReadOnlyCollection<RateLimitPolicyInfo> policies, OpenApiDocument document)
    {
        // One of several policies answers a request, each with its own status.
        foreach (var same in policies.GroupBy(StatusOf).OrderBy(same => same.Key, StringComparer.Ordinal))
        {
            var what = same.Key == Unavailable ? "The capacity of the server is exhausted" : "A rate limit is exceeded";
            Add(responses, same.Key, $"{what}. Retry-After shows when to repeat the request.", WriteProblems(same), document);
        }

        if (policies.Any(policy => policy.CanBeUnavailable))
        {
            Add(
                responses,
                Unavailable,
                "Requests cannot be counted at the moment. Retry-After shows when to repeat the request.",
                WriteProblems(policies),
                document);
        }
    }

    /// <summary>Returns the status of rejections by a policy, as documents show it.</summary>
    public static string StatusOf(RateLimitPolicyInfo policy) => policy.StatusCode.ToString(CultureInfo.InvariantCulture);

    private static bool WriteProblems(IEnumerable<RateLimitPolicyInfo> policies) => policies.Any(policy => policy.WritesProblemDetails);

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

    /// <summary>Adds problem details as the body, unless the application describes more than those of ASP.NET Core.</summary>
    private static void AddProblem(OpenApiResponse response, OpenApiDocument document)
    {
        var content = response.Content ??= new MediaTypes();
        if (!content.TryGetValue(ProblemType, out var known) || known.Schema is null or OpenApiSchemaReference { Reference.Id: "ProblemDetails" })
        {
            content[ProblemType] = new OpenApiMediaType { Schema = ProblemSchema.In(document) };
        }
    }
}
