namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>As an application has it: whoever is refused is refused from memory until its wait is over.</summary>
public sealed class RememberingRedisStore : RedisTestStore
{
    protected override bool RemembersRefusals => true;
}
