namespace RateLimitHeaders.AspNetCore;

/// <summary>An error of the configuration: where it is, what is wrong, and how to correct it.</summary>
/// <param name="Id">The stable id of the kind of error, such as <c>RLH0201</c>.</param>
/// <param name="Path">
/// The place in the configuration, such as <c>Policies:api:Plans:user:Quotas:hourly:PermitLimit</c>; empty for the whole configuration.
/// </param>
/// <param name="Message">A sentence that names the setting, its value and the remedy.</param>
public sealed record RateLimitConfigurationError(string Id, string Path, string Message)
{
    /// <summary>
    /// Gets the address of a text that explains the error. By default it is the text of this library if the id is <c>RLH</c> and four
    /// digits, and otherwise <see langword="null"/>. A store with errors of its own can set the address of their text.
    /// </summary>
    public Uri? HelpLink
    {
        get => field ?? (IsOfThisLibrary
            ? new($"https://github.com/RateLimitHeaders/RateLimitHeaders.AspNetCore/blob/main/src/errors.md#{Id.ToLowerInvariant()}")
            : null);
        init;
    }

    private bool IsOfThisLibrary =>
        Id.Length == 7 && Id.StartsWith("RLH", StringComparison.Ordinal) && !Id.AsSpan(3).ContainsAnyExceptInRange('0', '9');

    /// <summary>Returns the id, the path and the message.</summary>
    public override string ToString() => Path.Length == 0 ? $"{Id}: {Message}" : $"{Id} {Path}: {Message}";
}
