namespace RateLimitHeaders.AspNetCore;

/// <summary>A limit in the format of GitHub's <c>/rate_limit</c>: the same numbers as <c>X-RateLimit-*</c>.</summary>
/// <param name="Limit">The limit, in whole permits.</param>
/// <param name="Used">The permits that are used.</param>
/// <param name="Remaining">The permits that are left.</param>
/// <param name="Reset">The moment for which a client should wait, in seconds since the Unix epoch.</param>
internal sealed record GitHubRate(long Limit, long Used, long Remaining, long Reset)
{
    /// <summary>Describes the quota that <c>X-RateLimit-*</c> would show; <see langword="null"/> if no limit is known.</summary>
    public static GitHubRate? Of(in HeaderContext context)
    {
        if (context.Statuses.IsEmpty || context.DecisiveStatus is not { Limit: { } limit, Used: { } used })
        {
            return null;
        }

        ref readonly var status = ref context.DecisiveStatus;
        var until = Math.Max(0, context.UntilReset(status));
        return new((long)limit, used, context.Remaining(status), HeaderContext.SecondsUp(context.WallClock + until));
    }
}
