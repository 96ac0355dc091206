namespace RateLimitHeaders.AspNetCore.Swashbuckle;

/// <summary>The family whose fields are told: an argument of a filter must be an object.</summary>
/// <param name="Family">The family; <see langword="null"/> for the default.</param>
internal sealed record ChosenFamily(RateLimitFieldFamily? Family);
