namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>A server that some answers reach later than those to later calls.</summary>
public sealed class OvertakingTestStore : BatchingTestStore
{
    protected override bool OvertakesAnswers => true;
}
