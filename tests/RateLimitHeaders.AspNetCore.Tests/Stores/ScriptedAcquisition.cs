namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What a store was asked for.</summary>
internal sealed record ScriptedAcquisition(string Principal, int Permits, string Limits);
