using System.Security.Cryptography;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The key of <c>pk</c> that an application makes up, which stays the same when its configuration changes.</summary>
internal sealed class MadeUpSecret
{
    private const int Length = 32;

    public EquatableList<byte> Value { get; } = new(RandomNumberGenerator.GetBytes(Length));
}
