namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Tests that measure how long something takes, and so run while no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public static class Alone
{
    public const string Name = "Alone";
}
