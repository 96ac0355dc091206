namespace RateLimitHeaders.AspNetCore.Clients.Tests;

/// <summary>The tests that read what the clients did.</summary>
[CollectionDefinition(Name)]
public sealed class WithClients : ICollectionFixture<ClientRuns>
{
    public const string Name = "Clients";
}
