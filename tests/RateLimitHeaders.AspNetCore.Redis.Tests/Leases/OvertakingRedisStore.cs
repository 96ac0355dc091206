namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>The same, with answers that come in another order than they were asked for.</summary>
public sealed class OvertakingRedisStore : LeasingRedisStore
{
    protected override bool OvertakesAnswers => true;
}
