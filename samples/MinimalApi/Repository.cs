namespace MinimalApi;

/// <summary>What the API serves.</summary>
public sealed record Repository(string Name, string Language)
{
    public static Repository[] All { get; } =
    [
        new("web-frontend", "TypeScript"),
        new("payment-service", "C#"),
        new("search-index", "Rust"),
    ];
}
