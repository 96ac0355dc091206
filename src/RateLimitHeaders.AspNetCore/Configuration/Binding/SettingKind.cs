namespace RateLimitHeaders.AspNetCore;

/// <summary>The kind of a value of configuration: its type in the JSON schema, and the remedy in messages.</summary>
internal abstract class SettingKind
{
    /// <summary>Gets the definition or the type in <c>ConfigurationSchema.json</c>.</summary>
    public required string Schema { get; init; }

    /// <summary>Gets the names that the value can have; none if it is no name.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Gets a value indicating whether <c>null</c> is a value.</summary>
    public bool AllowsNull { get; init; }

    /// <summary>Gets a value indicating whether no message repeats the value, nor keys below it.</summary>
    public bool IsSecret { get; init; }
}
