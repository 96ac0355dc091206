using System.Runtime.CompilerServices;

namespace RateLimitHeaders.AspNetCore;

/// <summary>A ban.</summary>
/// <param name="Until">The moment at which it ends, on the clock of <see cref="RateLimitClock.Now"/>.</param>
/// <param name="ToldUntil">The end of the ban that was last sent to the store.</param>
/// <param name="IsHeard">Whether the store has confirmed that it has the ban. All extensions of it share the box.</param>
internal sealed record Ban(long Until, long ToldUntil, StrongBox<bool> IsHeard);
