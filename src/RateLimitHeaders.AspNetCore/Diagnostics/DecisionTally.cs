using System.Collections.Concurrent;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// How many requests each policy has admitted and rejected on this server, for the page of operators. Nothing is counted unless the
/// page was viewed within the last minute.
/// </summary>
internal sealed class DecisionTally
{
    private static readonly TimeSpan s_watch = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, PolicyTally> _policies = new(StringComparer.Ordinal);
    private long _watchedUntil;

    /// <summary>Gets an id that distinguishes the numbers of this server from those of others behind the same address, or of its last start.</summary>
    public string Id { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Counts for a minute from now on.</summary>
    public void Watch(RateLimitClock clock) => Volatile.Write(ref _watchedUntil, clock.Now + s_watch.Ticks);

    /// <summary>Gets the numbers of a policy.</summary>
    public PolicyTally Of(string policyName) => _policies.GetOrAdd(policyName, static _ => new PolicyTally());

    /// <summary>Forgets the numbers of policies that a definition does not have.</summary>
    public void Forget(RateLimitDefinition definition)
    {
        foreach (var removed in _policies.Keys.Except(definition.Policies.Select(policy => policy.Name)))
        {
            _policies.TryRemove(removed, out _);
        }
    }

    /// <summary>Counts a decision.</summary>
    /// <returns><see langword="false"/> if the page is no longer viewed.</returns>
    public bool TryCount(LimitedRequest request)
    {
        // Decisions without statuses have no moment of their own.
        if (RateLimitClock.For(request.Handling.TimeProvider).Now > Volatile.Read(ref _watchedUntil))
        {
            return false;
        }

        if (request.Parts.IsEmpty)
        {
            Of(request.Policy.Name).Count(request.IsRejected);
        }

        // Of policies that decide together, those that reject count a rejection, and the others an admission.
        foreach (var part in request.Parts)
        {
            Of(part.Policy.Name).Count(part.IsRejected);
        }

        return true;
    }
}
