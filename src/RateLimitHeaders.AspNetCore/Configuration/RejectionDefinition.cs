using System.Text;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The response to rejections by a policy, as configured.</summary>
/// <param name="StatusCode">The status of rejections by a quota.</param>
/// <param name="Body">The body; <see langword="null"/> for problem details.</param>
/// <param name="ContentType">The media type of the body.</param>
/// <param name="OnRejected">The function that is called with each rejection, and may write another body; <see langword="null"/> for none.</param>
internal sealed record RejectionDefinition(
    int StatusCode, EquatableList<byte>? Body, string ContentType, Func<RateLimitRejection, ValueTask>? OnRejected)
{
    /// <summary>Creates it from options.</summary>
    /// <param name="options">The options of the policy; <see langword="null"/> for none.</param>
    /// <param name="own">The function of the policy.</param>
    /// <param name="general">The function of all policies without a function of their own.</param>
    public static RejectionDefinition Of(
        RejectionOptions? options, Func<RateLimitRejection, ValueTask>? own, Func<RateLimitRejection, ValueTask>? general)
    {
        options ??= new();
        return new(
            options.StatusCode,
            options.Body is { } body ? new EquatableList<byte>(Encoding.UTF8.GetBytes(body)) : null,
            options.ContentType,
            own ?? general);
    }
}
