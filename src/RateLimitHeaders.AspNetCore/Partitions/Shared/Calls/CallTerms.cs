namespace RateLimitHeaders.AspNetCore;

/// <summary>The terms of a call of a store, whatever its content.</summary>
/// <param name="Target">The partitions and the caller of the call.</param>
internal readonly record struct CallTerms(ProbeTarget Target)
{
    /// <summary>Gets a value indicating whether the call only finds out whether the store is back.</summary>
    public bool IsProbe { get; init; }

    /// <summary>Gets the token that cancels waiting for the answer.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Gets the action for an answer that is too late; <see langword="null"/> for none.</summary>
    public Action? OnLateAnswer { get; init; }
}
