namespace RateLimitHeaders.AspNetCore;

/// <summary>Whether responses to a caller carry rate limit headers, as JSON tells it.</summary>
/// <param name="Sent">Whether they do.</param>
/// <param name="Code">Why not, as a code that never changes its meaning.</param>
/// <param name="Why">Why not, in words.</param>
/// <param name="Fields">The names of the fields that responses carry.</param>
internal sealed record HeadersView(bool Sent, string? Code, string? Why, IReadOnlyList<string> Fields)
{
    public static HeadersView Of(NoHeaders? reason, HeadersDefinition headers) =>
        reason is null ? new(true, null, null, [.. headers.FieldNames]) : new(false, reason.Code, reason.Words, []);
}
