namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The place at which a quota counted the permits of a decision, so that a refund finds them there and does not change those of other
/// requests. Only the partitions that wrote a mark know the meaning of its numbers.
/// </summary>
public struct ChargeMark : IEquatable<ChargeMark>
{
    /// <summary>Gets or sets the place or moment, as the partitions understand it.</summary>
    public long At { get; set; }

    /// <summary>
    /// Gets or sets the moment at which time alone will have brought the permits back, if nothing was owed before; or, for
    /// <see cref="Earlier"/> permits, the earliest place.
    /// </summary>
    public long AtLeast { get; set; }

    /// <summary>Gets or sets the permits that were counted there and are not given back.</summary>
    public long Permits { get; set; }

    /// <summary>
    /// Gets or sets the permits that were counted at earlier places and are not given back, for a quota that counts the charges of one
    /// request at several places.
    /// </summary>
    public long Earlier { get; set; }

    /// <summary>Gets or sets the limit at that time, for a quota whose limit decides how soon permits come back.</summary>
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

    /// <summary>Marks permits that were counted at a place; permits at an earlier place no longer count.</summary>
    internal void Add(long at, long permits)
    {
        Permits = permits + (At == at ? Permits : 0);
        At = at;
    }

    /// <summary>Marks permits that were counted at a place, in addition to those at earlier places.</summary>
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

    /// <summary>Forgets permits at places whose time may be over: all earlier ones, once the time of the earliest place is over.</summary>
    internal void ForgetBefore(long oldest)
    {
        Earlier = AtLeast < oldest ? 0 : Earlier;
        Permits = At < oldest ? 0 : Permits;
    }

    /// <summary>Removes as many of the permits as can be given back, and returns their number.</summary>
    internal long Remove(long permits)
    {
        permits = Math.Min(permits, Permits);
        Permits -= permits;
        return permits;
    }
}
