namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What a picture shows of one quota.</summary>
/// <param name="Remaining">What is left, each tenth of a second.</param>
/// <param name="Admitted">Whether each request was admitted, in their order.</param>
internal sealed record PictureFacts(IReadOnlyList<long> Remaining, IReadOnlyList<bool> Admitted);
