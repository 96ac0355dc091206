using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Answers with problem details (RFC 9457) if an operator requests something that cannot be done.</summary>
internal static class OperationsProblem
{
    /// <summary>Returns the status of an exception of <see cref="IRateLimitOperator"/> or of reading a body; <see langword="null"/> for another one.</summary>
    public static int? StatusOf(Exception exception) => exception switch
    {
        ArgumentException or JsonException => StatusCodes.Status400BadRequest,
        BadHttpRequestException unreadable => unreadable.StatusCode,
        NotSupportedException => StatusCodes.Status501NotImplemented,
        RateLimitStoreException => StatusCodes.Status503ServiceUnavailable,
        _ => null,
    };

    /// <summary>Gets the text for an operator of an exception. The message of a JSON exception names types of this library.</summary>
    public static string DetailOf(Exception exception) => exception is JsonException json
        ? $"The JSON text cannot be read at {json.Path ?? "$"}; its members are token_type, id, policy, permits, quota and seconds."
        : exception.Message;

    public static Task WriteAsync(HttpContext context, int status, string detail)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(
            new ProblemDetails { Status = status, Detail = detail },
            RejectionJsonContext.Default.ProblemDetails,
            "application/problem+json",
            context.RequestAborted);
    }
}
