namespace RateLimitHeaders.AspNetCore;

/// <summary>Where a quota counted the permits of a lease, so that a refund finds them there and leaves others' alone.</summary>
internal struct ChargeMark
{
    /// <summary>Gets or sets the place or moment, as the quota understands it.</summary>
    public long At { get; set; }

    /// <summary>Gets or sets the moment at which time alone will have brought the permits back, if nobody owes before.</summary>
    public long AtLeast { get; set; }

    /// <summary>Gets or sets the permits that were counted there and are not given back.</summary>
    public long Permits { get; set; }

    /// <summary>Gets or sets the limit of that time, for a quota whose limit decides how soon permits come back.</summary>
    public double Limit { get; set; }

    /// <summary>Marks permits that were counted at a place; those at an earlier place come back with time alone.</summary>
    public void Add(long at, long permits)
    {
        Permits = permits + (At == at ? Permits : 0);
        At = at;
    }

    /// <summary>Takes off what of the permits can be given back.</summary>
    public long Remove(long permits)
    {
        permits = Math.Min(permits, Permits);
        Permits -= permits;
        return permits;
    }
}
