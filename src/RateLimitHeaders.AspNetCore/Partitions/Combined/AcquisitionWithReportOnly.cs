namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Makes enforced plans decide together. Report-only plans decide about the requests that these admit, each by itself, because none of
/// them changes the outcome of a request.
/// </summary>
/// <param name="decisive">Makes the enforced plans decide.</param>
/// <param name="enforced">The enforced plans.</param>
/// <param name="reportOnly">The others.</param>
internal sealed class AcquisitionWithReportOnly(CombinedAcquisition decisive, CombinedMember[] enforced, CombinedMember[] reportOnly) : CombinedAcquisition
{
    public override async ValueTask AcquireAsync(LimitedRequest request)
    {
        await decisive.AcquireAsync(request);
        foreach (var member in enforced)
        {
            if (!member.PartOf(request).Decision.IsAcquired)
            {
                return;
            }
        }

        foreach (var member in reportOnly)
        {
            var part = member.PartOf(request);
            try
            {
                await part.Policy.AcquireAsync(part, member.Bans ?? part.Plan.Partitions!);
            }
            catch (OperationCanceledException)
            {
                // The client disconnected. The request is admitted, and gives back its held permits at its end.
            }
        }
    }
}
