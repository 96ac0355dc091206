namespace RateLimitHeaders.AspNetCore.Clients.Tests;

/// <summary>A response as a client saw it.</summary>
/// <param name="Caller">How it called itself.</param>
/// <param name="SentAt">When its request left, in milliseconds of the process.</param>
/// <param name="ReceivedAt">When the response was there, in milliseconds of the process.</param>
/// <param name="Status">The status.</param>
/// <param name="Headers">The fields.</param>
internal sealed record SeenResponse(string Caller, double SentAt, double ReceivedAt, int Status, IReadOnlyDictionary<string, string> Headers);
