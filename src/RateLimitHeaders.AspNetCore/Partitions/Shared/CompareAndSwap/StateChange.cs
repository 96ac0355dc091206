namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// A change of a caller's state. It may be repeated on a newer state, so it must not modify its own input. Its task ends when the
/// state is saved.
/// </summary>
internal abstract class StateChange() : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
{
    /// <summary>Gets or sets when the change was requested, as a timestamp.</summary>
    public long Started { get; set; }

    /// <summary>Makes the change.</summary>
    /// <param name="state">The state, opened (<see cref="StateTime"/>).</param>
    /// <param name="now">The present moment.</param>
    /// <returns>Whether there is anything to save.</returns>
    public abstract bool Apply(CallerState state, long now);
}
