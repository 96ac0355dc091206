namespace RateLimitHeaders.AspNetCore;

/// <summary>The terms on which callers of a plan are banned, as configured.</summary>
/// <param name="After">The number of rejections after which a caller is banned.</param>
/// <param name="Within">The time within which they must occur, counted from the first one.</param>
/// <param name="Lasting">How long a ban lasts.</param>
/// <param name="Extends">Whether each request of a banned caller restarts the ban.</param>
internal sealed record BanDefinition(int After, TimeSpan Within, TimeSpan Lasting, bool Extends)
{
    public static BanDefinition? Of(BanOptions? options) =>
        options is null ? null : new(options.After, options.Within, options.Lasting, options.Extends);
}
