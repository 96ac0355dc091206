namespace RateLimitHeaders.AspNetCore;

/// <summary>A ban in a state.</summary>
/// <param name="Name">The caller.</param>
/// <param name="Version">The version of the last change of the ban.</param>
/// <param name="Until">The moment at which it ends, in ticks since the Unix epoch.</param>
/// <param name="KnownUntil">The same, or the moment at which a ban would have ended that was lifted: until then servers hear of that.</param>
internal readonly record struct StateBan(string Name, long Version, long Until, long KnownUntil);
