namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Where a quota counted the permits of a lease, so that a refund finds them there and leaves others' alone.</summary>
/// <param name="At">The place or moment, as the script understands it.</param>
/// <param name="AtLeast">The moment at which time alone will have brought the permits back, if nobody owes before.</param>
/// <param name="Permits">The permits that were counted there and are not given back.</param>
/// <param name="Limit">The limit of that time.</param>
internal readonly record struct ChargedMark(double At, double AtLeast, double Permits, double Limit)
{
    /// <summary>The value of <see cref="AtLeast"/> that leaves it to the script to find out.</summary>
    public const double NotYetKnown = -1;
}
