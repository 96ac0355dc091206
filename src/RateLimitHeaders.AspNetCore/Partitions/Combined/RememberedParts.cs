namespace RateLimitHeaders.AspNetCore;

/// <summary>The parts of one request, and the rejections that their plans remember.</summary>
/// <param name="request">The request.</param>
/// <param name="members">The plans that decide together.</param>
internal sealed class RememberedParts(LimitedRequest request, CombinedMember[] members)
{
    // Whether the store is to be called for a part to find out whether its rejection still holds.
    private readonly bool[] _checks = new bool[members.Length];

    /// <summary>Rejects by a rejection that one plan remembers. Deciding about the other plans would call the store for each request of a flood.</summary>
    public bool TryReject() =>

        // First without taking a turn to call the store again: it is taken if no other plan rejects, so that the store is called.
        TryReject(takesTurns: false) || TryReject(takesTurns: true);

    /// <summary>Decides about a part whose remembered rejections were already looked up.</summary>
    public async ValueTask AskAsync(LimitedRequest part)
    {
        if (part.Plan.Counted is not RememberingPartitions remembering)
        {
            await part.Policy.AcquireAsync(part, part.Plan.Counted!);
            return;
        }

        var generation = remembering.Rejections.Generation;
        await part.Policy.AcquireAsync(part, remembering.Next);
        remembering.Remember(part.Arguments, part.Decision, generation, IsCheck(part));
    }

    /// <summary>Returns whether the store was called for a part to find out whether its rejection still holds.</summary>
    public bool IsCheck(LimitedRequest part) => _checks[Array.FindIndex(members, member => member.PartOf(request) == part)];

    private bool TryReject(bool takesTurns)
    {
        for (var i = 0; i < members.Length; i++)
        {
            var part = members[i].PartOf(request);
            if (part.Plan.Counted is RememberingPartitions remembering
                && remembering.TryReject(part.Arguments, part.Decision, takesTurns, out _checks[i]))
            {
                return true;
            }
        }

        return false;
    }
}
