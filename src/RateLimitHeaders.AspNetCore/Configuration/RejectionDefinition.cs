using System.Text;

namespace RateLimitHeaders.AspNetCore;

/// <summary>How rejections by a policy are answered, as configured.</summary>
/// <param name="StatusCode">The status of rejections by a quota.</param>
/// <param name="Body">The body; <see langword="null"/> for problem details.</param>
/// <param name="ContentType">The media type of the body.</param>
/// <param name="OnRejected">Is called with each rejection, and may write another body; <see langword="null"/> for nothing.</param>
internal sealed record RejectionDefinition(
    int StatusCode, EquatableList<byte>? Body, string ContentType, Func<RateLimitRejection, ValueTask>? OnRejected)
{
    /// <summary>Makes it of options.</summary>
    /// <param name="options">The options of the policy; <see langword="null"/> for none.</param>
    /// <param name="own">What the policy calls.</param>
    /// <param name="general">What all policies call that call nothing of their own.</param>
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
