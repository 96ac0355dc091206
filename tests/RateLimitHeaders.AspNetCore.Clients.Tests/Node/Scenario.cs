namespace RateLimitHeaders.AspNetCore.Clients.Tests;

/// <summary>What a client is to do.</summary>
/// <param name="Caller">How it calls itself, in <c>Test-Caller</c>.</param>
/// <param name="Url">The address.</param>
/// <param name="Requests">How many requests it sends, one after the other, each until it is admitted.</param>
internal sealed record Scenario(string Caller, string Url, int Requests);
