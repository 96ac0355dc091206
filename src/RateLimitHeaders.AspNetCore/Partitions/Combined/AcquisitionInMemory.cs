namespace RateLimitHeaders.AspNetCore;

/// <summary>Decides about plans in this process's memory, whose requests never wait: under the locks of all partitions at once.</summary>
internal sealed class AcquisitionInMemory : CombinedAcquisition
{
    private readonly CombinedMember[] _members;
    private readonly MemoryPartitions[] _partitions;

    // Costs of zero, with which partitions only report the caller's statuses.
    private readonly long[] _nothing;

    private AcquisitionInMemory(CombinedMember[] members)
    {
        // All requests take locks in one order, whatever the order of their policies.
        _members = [.. members.OrderBy(member => ((MemoryPartitions)member.Plan.Counted!).Rank)];
        _partitions = [.. _members.Select(member => (MemoryPartitions)member.Plan.Counted!)];
        _nothing = new long[members.Max(member => member.Count)];
    }

    /// <summary>Creates it, if all plans are counted in memory and have no queue.</summary>
    public static AcquisitionInMemory? TryCreate(CombinedMember[] members) =>
        members.All(member => member.Plan.Counted is MemoryPartitions { HasQueue: false }) ? new(members) : null;

    public override ValueTask AcquireAsync(LimitedRequest request)
    {
        // A request that another plan rejects gets no partition: a caller with a new id for each request would reach the cap. If it shares a partition
        // at the moment, that one first shows whether the plan rejects.
        var mayAdd = false;
        do
        {
            for (var i = 0; i < _members.Length; i++)
            {
                var part = _members[i].PartOf(request);
                part.Decision.State = mayAdd ? _partitions[i].Get(part.Arguments) : _partitions[i].FindAny(part.Decision.Caller);
            }
        }
        while (!TryAcquire(request, locked: 0, ref mayAdd));

        // Without the locks, and after them.
        for (var i = 0; i < _members.Length; i++)
        {
            var part = _members[i].PartOf(request);
            if (part.Decision.State is null)
            {
                _partitions[i].AcquireNothing(part.Arguments, part.Decision);
            }
            else if (part.Decision.State is MemoryPartition { IsOverflow: true } && !mayAdd)
            {
                // Nothing was taken from it, and the caller may have a partition of its own when it is charged.
                part.Decision.State = null;
            }
        }

        return default;
    }

    /// <summary>Takes the remaining locks, and decides.</summary>
    /// <param name="request">The request.</param>
    /// <param name="locked">How many locks are taken.</param>
    /// <param name="mayAdd">Whether the partitions that the request needs exist; set if one is to be created.</param>
    /// <returns><see langword="false"/> if a partition must be looked up again, as for <see cref="MemoryPartition.TryAcquire"/>, or created.</returns>
    private bool TryAcquire(LimitedRequest request, int locked, ref bool mayAdd)
    {
        if (locked == _members.Length)
        {
            return TryAcquire(request, ref mayAdd);
        }

        var part = _members[locked].PartOf(request);
        if (part.Decision.State is not MemoryPartition partition)
        {
            // A caller that has no partition, and takes nothing, or nothing yet.
            return TryAcquire(request, locked + 1, ref mayAdd);
        }

        lock (partition)
        {
            if (_partitions[locked].IsLeft(part.Decision.Caller, partition))
            {
                return false;
            }

            if (partition.CanCount(_partitions[locked].Quotas))
            {
                return TryAcquire(request, locked + 1, ref mayAdd);
            }
        }

        _partitions[locked].Renew(in part.Decision.Caller, partition, part.Arguments.InitialLimits.Span);
        return false;
    }

    private bool TryAcquire(LimitedRequest request, ref bool mayAdd)
    {
        var now = _partitions[0].Clock.Now;
        var (fits, lacks) = (true, false);
        Span<bool> fitting = stackalloc bool[_members.Length];
        for (var i = 0; i < _members.Length; i++)
        {
            var part = _members[i].PartOf(request);
            fits &= fitting[i] = Fits(part, i, now, mayAdd);
            lacks |= part.Decision.State is null or MemoryPartition { IsOverflow: true } && part.RequestedCosts.Span.ContainsAnyExcept(0L);
        }

        if (fits && lacks && !mayAdd)
        {
            mayAdd = true;
            return false;
        }

        for (var i = 0; i < _members.Length; i++)
        {
            var part = _members[i].PartOf(request);
            if (part.Decision.State is MemoryPartition partition)
            {
                // If another plan rejects, this one writes the caller's statuses without the request.
                var costs = fits || !fitting[i] ? part.RequestedCosts.Span : _nothing.AsSpan(0, _members[i].Count);
                partition.AcquireLocked(costs, now, part.Decision, _partitions[i].Quotas);
            }
        }

        return true;
    }

    private bool Fits(LimitedRequest part, int member, long now, bool mayAdd)
    {
        if (part.Decision.State is not MemoryPartition partition)
        {
            return true;
        }

        var partitions = _partitions[member];
        var costs = part.RequestedCosts.Span;
        if (partition.IsOverflow && !mayAdd && partitions.Quotas.HasConcurrency && partitions.HasRoom)
        {
            // The caller gets a partition of its own, which begins without the slots that requests of others hold in the shared one.
            long[] own = [.. costs];
            own[partitions.Quotas.ConcurrencyIndex] = 0;
            costs = own;
        }

        return partition.Fits(costs, part.RequestedLimits.Span, now, partitions.Quotas);
    }
}
