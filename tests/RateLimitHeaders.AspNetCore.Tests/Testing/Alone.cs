namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Tests whose threads must run at the same time, and so run while no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public static class Alone
{
    public const string Name = "Alone";
}
