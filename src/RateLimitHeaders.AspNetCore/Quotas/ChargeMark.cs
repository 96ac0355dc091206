namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Where a quota counted the permits of a decision, so that a refund finds them there and leaves those of other requests
/// alone. Only the partitions that wrote a mark know what its numbers mean.
/// </summary>
public struct ChargeMark : IEquatable<ChargeMark>
{
    /// <summary>Gets or sets the place or moment, as the partitions understand it.</summary>
    public long At { get; set; }

    /// <summary>
    /// Gets or sets the moment at which time alone will have brought the permits back, if nothing was owed before; or, of
    /// <see cref="Earlier"/> ones, the earliest place.
    /// </summary>
    public long AtLeast { get; set; }

    /// <summary>Gets or sets the permits that were counted there and are not given back.</summary>
    public long Permits { get; set; }

    /// <summary>
    /// Gets or sets the permits that were counted at earlier places and are not given back, for a quota that counts the charges of one
    /// request at several places.
    /// </summary>
    public long Earlier { get; set; }

    /// <summary>Gets or sets the limit of that time, for a quota whose limit decides how soon permits come back.</summary>
    public double Limit { get; set; }

    /// <summary>Compares two marks.</summary>
    public static bool operator ==(ChargeMark left, ChargeMark right) => left.Equals(right);

    /// <summary>Compares two marks.</summary>
    public static bool operator !=(ChargeMark left, ChargeMark right) => !left.Equals(right);

    /// <inheritdoc/>
    public readonly bool Equals(ChargeMark other) =>
        At == other.At && AtLeast == other.AtLeast && Permits == other.Permits && Earlier == other.Earlier && Limit.Equals(other.Limit);

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is ChargeMark other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(At, AtLeast, Permits, Earlier, Limit);

    /// <summary>Marks permits that were counted at a place; those at an earlier place are over.</summary>
    internal void Add(long at, long permits)
    {
        Permits = permits + (At == at ? Permits : 0);
        At = at;
    }

    /// <summary>Marks permits that were counted at a place, beside those at earlier places.</summary>
    internal void AddBehind(long at, long permits)
    {
        if (At != at)
        {
            AtLeast = Earlier == 0 ? At : AtLeast;
            Earlier += Permits;
            Permits = 0;
            At = at;
        }

        Permits += permits;
    }

    /// <summary>Forgets permits that may be counted at places which are over: all earlier ones, once the earliest place is.</summary>
    internal void ForgetBefore(long oldest)
    {
        Earlier = AtLeast < oldest ? 0 : Earlier;
        Permits = At < oldest ? 0 : Permits;
    }

    /// <summary>Takes off what of the permits can be given back.</summary>
    internal long Remove(long permits)
    {
        permits = Math.Min(permits, Permits);
        Permits -= permits;
        return permits;
    }
}
