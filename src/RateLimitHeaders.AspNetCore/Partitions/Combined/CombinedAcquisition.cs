namespace RateLimitHeaders.AspNetCore;

/// <summary>Makes the partitions of several plans decide together: each of them charges a request, or none does.</summary>
/// <remarks>
/// Each part of the request has a decision of its own afterwards. If one of them rejects, the others contain the caller's statuses
/// without the request.
/// </remarks>
internal abstract class CombinedAcquisition
{
    /// <summary>Chooses how the partitions of plans decide together.</summary>
    public static CombinedAcquisition Of(CombinedMember[] members)
    {
        CombinedMember[] enforced = [.. members.Where(member => !member.Plan.IsReportOnly)];
        if (enforced.Length > 0 && enforced.Length < members.Length)
        {
            return new AcquisitionWithReportOnly(Of(enforced), enforced, [.. members.Except(enforced)]);
        }

        var inTurn = new AcquisitionInTurn(members);
        var decisive = (CombinedAcquisition?)AcquisitionInMemory.TryCreate(members)
            ?? AcquisitionInStore.TryCreate(members, inTurn)
            ?? inTurn as CombinedAcquisition;
        return members.Any(member => member.Bans is not null) ? new AcquisitionWithBans(decisive, members) : decisive;
    }

    /// <summary>Decides about all parts of a request.</summary>
    public abstract ValueTask AcquireAsync(LimitedRequest request);
}
