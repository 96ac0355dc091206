namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Decides about plans one after the other some of which remember rejections of a store: a caller that one of them rejects from memory takes
/// nothing of the others.
/// </summary>
internal sealed class AcquisitionWithRemembered : CombinedAcquisition
{
    private readonly CombinedMember[] _members;
    private readonly AcquisitionInTurn _inTurn;

    private AcquisitionWithRemembered(CombinedMember[] members, AcquisitionInTurn inTurn) => (_members, _inTurn) = (members, inTurn);

    /// <summary>Creates it, if a plan remembers rejections.</summary>
    /// <param name="members">The plans.</param>
    /// <param name="inTurn">Makes the plans decide about other callers.</param>
    public static AcquisitionWithRemembered? TryCreate(CombinedMember[] members, AcquisitionInTurn inTurn) =>
        members.Any(member => member.Plan.Counted is RememberingPartitions) ? new(members, inTurn) : null;

    public override ValueTask AcquireAsync(LimitedRequest request)
    {
        var remembered = new RememberedParts(request, _members);
        return remembered.TryReject() ? default : _inTurn.AcquireAsync(request, remembered.AcquireAsync);
    }
}
