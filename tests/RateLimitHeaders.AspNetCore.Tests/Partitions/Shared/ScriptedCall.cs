namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A call of a <see cref="ScriptedStore"/>.</summary>
/// <param name="Kind">What is asked: the method of <see cref="ScriptedPartitions"/>.</param>
/// <param name="Principal">The caller.</param>
/// <param name="Count">Counts it in memory.</param>
internal sealed record ScriptedCall(string Kind, RateLimitPrincipal Principal, Func<ValueTask> Count)
{
    /// <summary>Gets the costs, or what is charged and given back.</summary>
    public ReadOnlyMemory<long> Permits { get; init; }

    public ReadOnlyMemory<double> Limits { get; init; }

    public RateLimitDecision? Decision { get; init; }

    public CancellationToken CancellationToken { get; init; }

    /// <summary>Gets what an answer waits for that <see cref="ScriptedStore.Wait"/> gives.</summary>
    public TaskCompletionSource Answered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
