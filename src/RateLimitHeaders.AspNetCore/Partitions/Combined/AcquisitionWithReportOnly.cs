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
    public override ValueTask AcquireAsync(LimitedRequest request)
    {
        var decided = decisive.AcquireAsync(request);
        return decided.IsCompletedSuccessfully ? ReportAsync(request, first: 0) : ReportAfterAsync(request, decided);
    }

    private async ValueTask ReportAfterAsync(LimitedRequest request, ValueTask decided)
    {
        await decided;
        await ReportAsync(request, first: 0);
    }

    private ValueTask ReportAsync(LimitedRequest request, int first)
    {
        foreach (var member in enforced)
        {
            if (!member.PartOf(request).Decision.IsAcquired)
            {
                return default;
            }
        }

        for (var i = first; i < reportOnly.Length; i++)
        {
            var part = reportOnly[i].PartOf(request);
            var reported = part.Policy.AcquireAsync(part, reportOnly[i].Bans ?? part.Plan.Partitions!);
            if (!reported.IsCompletedSuccessfully)
            {
                return AwaitAsync(request, reported, i + 1);
            }
        }

        return default;
    }

    private async ValueTask AwaitAsync(LimitedRequest request, ValueTask reported, int next)
    {
        try
        {
            await reported;
        }
        catch (OperationCanceledException)
        {
            // The client disconnected. The request is admitted, and gives back its held permits at its end.
        }

        await ReportAsync(request, next);
    }
}
