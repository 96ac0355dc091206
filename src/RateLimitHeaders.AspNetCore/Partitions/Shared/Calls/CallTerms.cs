namespace RateLimitHeaders.AspNetCore;

/// <summary>What a call of a store is made with, whatever it asks.</summary>
/// <param name="Target">The partitions and the caller that are asked about.</param>
internal readonly record struct CallTerms(ProbeTarget Target)
{
    /// <summary>Gets a value indicating whether the call only finds out whether the store is back.</summary>
    public bool IsProbe { get; init; }

    /// <summary>Gets what cancels waiting for the answer.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Gets what is called with an answer that came too late; <see langword="null"/> for nothing.</summary>
    public Action? OnLateAnswer { get; init; }
}
