using System.Security.Cryptography;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The key of <c>pk</c> that an application makes up, which stays the same when its configuration changes.</summary>
internal sealed class MadeUpSecret
{
    private const int Length = 32;

    /// <summary>Gets the secret of pipelines that give limits without services: that of the log is the one of <c>pk</c>, in all branches.</summary>
    public static MadeUpSecret OfProcess { get; } = new();

    public EquatableList<byte> Value { get; } = new(RandomNumberGenerator.GetBytes(Length));
}
