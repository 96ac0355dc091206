using System.Runtime.CompilerServices;

namespace RateLimitHeaders.AspNetCore;

/// <summary>A ban.</summary>
/// <param name="Until">The moment at which it ends, as <see cref="RateLimitClock.Now"/> counts.</param>
/// <param name="SentUntil">The end of the ban that was sent to the store last.</param>
/// <param name="IsStored">Whether the store has answered that it has the ban. All extensions of it share the box.</param>
/// <param name="IsOwn">Whether this server has sent the ban, or an extension of it, to the store.</param>
internal sealed record Ban(long Until, long SentUntil, StrongBox<bool> IsStored, bool IsOwn);
