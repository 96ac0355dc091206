namespace RateLimitHeaders.AspNetCore;

/// <summary>Makes an <see cref="EquatableList{T}"/> of a collection expression.</summary>
internal static class EquatableList
{
    public static EquatableList<T> Create<T>(ReadOnlySpan<T> items) => new(items);
}
