namespace RateLimitHeaders.AspNetCore;

/// <summary>An error of the configuration: where it is, what is wrong, and what to do.</summary>
/// <param name="Id">The stable id of the kind of error, such as <c>RLH0201</c>.</param>
/// <param name="Path">
/// The place in the configuration, such as <c>Policies:api:Plans:user:Quotas:hourly:PermitLimit</c>; empty for the whole.
/// </param>
/// <param name="Message">A sentence that names the setting, its value and the remedy.</param>
public sealed record RateLimitConfigurationError(string Id, string Path, string Message)
{
    /// <summary>
    /// Gets the address of a text that explains the error. By default it is that of this library's errors, whose ids are <c>RLH</c> and four
    /// digits, and otherwise <see langword="null"/>: a store that has errors of its own may give theirs.
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
