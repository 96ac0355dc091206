namespace RateLimitHeaders.AspNetCore;

/// <summary>The parts of one request, and the rejections that their plans remember.</summary>
/// <param name="request">The request.</param>
/// <param name="members">The plans that decide together.</param>
internal sealed class RememberedParts(LimitedRequest request, CombinedMember[] members)
{
    private readonly List<(LimitedRequest Part, RememberingPartitions Partitions, RememberedRejection Rejection, long Now)> _remembered = [];

    /// <summary>
    /// Rejects by what plans remember. All remembered rejections are written: the caller must wait for the longest. Calling the other
    /// plans would cost calls of the store for each request of a flood.
    /// </summary>
    public bool TryReject()
    {
        foreach (var member in members)
        {
            var part = member.PartOf(request);
            if (part.Plan.Counted is RememberingPartitions partitions && partitions.Now is var now && partitions.Find(part.Arguments, now) is { } rejection)
            {
                _remembered.Add((part, partitions, rejection, now));
            }
        }

        // The store is called where all that is remembered is due. Only then is a turn taken, so that the store is called for each of them.
        if (_remembered.TrueForAll(static remembered => remembered.Partitions.IsDue(remembered.Rejection, remembered.Now))
            && _remembered.TrueForAll(static remembered => remembered.Partitions.TryTakeTurn(remembered.Rejection, remembered.Now)))
        {
            return false;
        }

        foreach (var (part, partitions, rejection, now) in _remembered)
        {
            partitions.Reject(rejection, part.Decision, now);
        }

        return true;
    }

    /// <summary>Decides about a part whose remembered rejections were already looked up.</summary>
    public async ValueTask AcquireAsync(LimitedRequest part)
    {
        if (part.Plan.Counted is not RememberingPartitions remembering)
        {
            await part.Policy.AcquireAsync(part, part.Plan.Counted!);
            return;
        }

        var before = remembering.BeginCall();
        await part.Policy.AcquireAsync(part, remembering.Next);
        remembering.Remember(part.Arguments, part.Decision, before, IsCheck(part));
    }

    /// <summary>Returns whether the store was called for a part to find out whether its rejection still holds.</summary>
    public bool IsCheck(LimitedRequest part) => _remembered.Exists(remembered => remembered.Part == part);
}
