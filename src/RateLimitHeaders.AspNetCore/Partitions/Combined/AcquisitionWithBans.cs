namespace RateLimitHeaders.AspNetCore;

/// <summary>Makes plans decide together some of which ban callers: a caller that one of them has banned is rejected, and none is charged.</summary>
/// <param name="decisive">Makes the plans decide about other callers.</param>
/// <param name="members">The plans.</param>
internal sealed class AcquisitionWithBans(CombinedAcquisition decisive, CombinedMember[] members) : CombinedAcquisition
{
    private readonly (int Part, BanningPartitions Bans)[] _banning =
        [.. members.Where(member => member.Bans is not null).Select(member => (member.Part, member.Bans!))];

    public override async ValueTask AcquireAsync(LimitedRequest request)
    {
        foreach (var (_, banning) in _banning)
        {
            await banning.Bans.RefreshAsync();
        }

        var isBanned = false;
        foreach (var (place, banning) in _banning)
        {
            var part = request.Parts[place];
            isBanned |= banning.TryReject(part.Arguments, part.Decision);
        }

        if (isBanned)
        {
            return;
        }

        await decisive.AcquireAsync(request);
        foreach (var (place, banning) in _banning)
        {
            var part = request.Parts[place];
            banning.CountRejection(part.Arguments, part.Decision);
        }
    }
}
