namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Decides about plans one after the other, wherever they are counted. If one of them rejects, those that have admitted get their permits back. The
/// limiters of the application come last, because they take nothing back, and are not called if the request is already rejected.
/// </summary>
internal sealed class AcquisitionInTurn : CombinedAcquisition
{
    private readonly CombinedMember[] _members;
    private readonly bool[] _haveQueues;

    // All plans in the order of their policies, if one of them remembers rejections of a store; null otherwise.
    private readonly CombinedMember[]? _remembering;

    public AcquisitionInTurn(CombinedMember[] members)
    {
        // A request waits in a queue before anything else is charged for it. The order does not depend on that of the endpoint's policies:
        // otherwise two requests could each hold what the other one waits for.
        _members = [.. members.OrderBy(member => member.IsForeign).ThenBy(member => !HasQueue(member))
            .ThenBy(member => member.Plan.Definition.CountedAs, StringComparer.Ordinal)
            .ThenBy(member => member.Plan.Definition.CountedTokenType, StringComparer.Ordinal)];
        _haveQueues = [.. _members.Select(HasQueue)];
        _remembering = members.Any(member => member.Plan.Counted is RememberingPartitions) ? members : null;
    }

    /// <summary>Decides about all parts of a request. A caller that one plan rejects from memory takes nothing of the others.</summary>
    public override ValueTask AcquireAsync(LimitedRequest request)
    {
        if (_remembering is null)
        {
            return AcquireAsync(request, static part => part.Policy.AcquireAsync(part, part.Plan.Counted!));
        }

        var remembered = new RememberedParts(request, _remembering);
        return remembered.TryReject() ? default : AcquireAsync(request, remembered.AcquireAsync);
    }

    /// <summary>Decides about all parts of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="acquire">Decides about a part.</param>
    public async ValueTask AcquireAsync(LimitedRequest request, Func<LimitedRequest, ValueTask> acquire)
    {
        var (isAdmitted, called) = (true, 0);
        try
        {
            foreach (var member in _members)
            {
                var part = member.PartOf(request);
                if (isAdmitted || !member.IsForeign)
                {
                    // A request that is already rejected needs no place in a queue. Nor does a request wait in a queue that a reload has added since: the
                    // order does not take that queue into account, and two requests could wait for each other.
                    part.NeverWaits |= !isAdmitted || !_haveQueues[called];
                    await acquire(part);
                    isAdmitted &= part.Decision.IsAcquired;
                }

                called++;
            }
        }
        catch (OperationCanceledException)
        {
            // The client disconnected while its request waited in a queue.
            await GiveBackAsync(request, called);
            throw;
        }

        if (!isAdmitted)
        {
            await GiveBackAsync(request, called);
        }
    }

    private static bool HasQueue(CombinedMember member) => member.Plan.Definition.Quotas.Any(quota => quota is ConcurrencyQuota { QueueLimit: > 0 });

    private async ValueTask GiveBackAsync(LimitedRequest request, int called)
    {
        foreach (var member in _members.Take(called))
        {
            var part = member.PartOf(request);
            if (!part.Decision.IsAcquired)
            {
                continue;
            }

            if (part.Decision.HoldsPermits)
            {
                await member.Plan.ReleaseAsync(part.Decision);
            }

            await member.Plan.AdjustAsync(part.Decision, request.AdjustmentOf(member.Plan, Negative(part.RequestedCosts.Span)));
        }
    }

    private static long[] Negative(ReadOnlySpan<long> costs)
    {
        var permits = new long[costs.Length];
        for (var i = 0; i < permits.Length; i++)
        {
            permits[i] = -PermitCost.Taken(costs[i]);
        }

        return permits;
    }
}
