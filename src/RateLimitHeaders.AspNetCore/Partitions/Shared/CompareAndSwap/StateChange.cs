namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// A change of a caller's state. It is made again on another state if that was saved first, and so writes nothing that it
/// reads. Its task ends when the state is saved.
/// </summary>
internal abstract class StateChange() : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
{
    /// <summary>Gets or sets when the change was asked for, as a timestamp.</summary>
    public long Started { get; set; }

    /// <summary>Makes the change.</summary>
    /// <param name="state">The state, opened (<see cref="StateTime"/>).</param>
    /// <param name="now">The present.</param>
    /// <returns>Whether there is anything to save.</returns>
    public abstract bool Apply(CallerState state, long now);
}
