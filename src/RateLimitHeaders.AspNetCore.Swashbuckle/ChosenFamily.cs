namespace RateLimitHeaders.AspNetCore.Swashbuckle;

/// <summary>The family whose fields are described, as an object, because the argument of a filter must be one.</summary>
/// <param name="Family">The family; <see langword="null"/> for the default.</param>
internal sealed record ChosenFamily(RateLimitFieldFamily? Family);
