using System.Security.Cryptography;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The key of <c>pk</c> that an application generates, which stays the same when its configuration changes.</summary>
internal sealed class GeneratedSecret
{
    private const int Length = 32;

    /// <summary>Gets the secret of pipelines that configure limits without services: the log and <c>pk</c> share it, in all branches.</summary>
    public static GeneratedSecret OfProcess { get; } = new();

    public EquatableList<byte> Value { get; } = new(RandomNumberGenerator.GetBytes(Length));
}
