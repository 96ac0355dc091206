using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Some keys, and where to go on.</summary>
/// <param name="Keys">The keys.</param>
/// <param name="Cursor">Where to go on; <see langword="null"/> where there are no more.</param>
internal sealed record KeyPage(IReadOnlyList<RedisKey> Keys, string? Cursor);
