namespace RateLimitHeaders.AspNetCore;

/// <summary>Decides about plans in this process's memory, whose requests never wait: under the locks of all partitions at once.</summary>
internal sealed class AcquisitionInMemory : CombinedAcquisition
{
    private readonly CombinedMember[] _members;
    private readonly MemoryPartitions[] _partitions;

    // Asks partitions where a caller stands.
    private readonly long[] _nothing;

    private AcquisitionInMemory(CombinedMember[] members)
    {
        // All requests take locks in one order, whatever the order of their policies.
        _members = [.. members.OrderBy(member => ((MemoryPartitions)member.Plan.Counted!).Rank)];
        _partitions = [.. _members.Select(member => (MemoryPartitions)member.Plan.Counted!)];
        _nothing = new long[members.Max(member => member.Count)];
    }

    /// <summary>Makes it, if all plans are counted in memory and have no queue.</summary>
    public static AcquisitionInMemory? TryCreate(CombinedMember[] members) =>
        members.All(member => member.Plan.Counted is MemoryPartitions { HasQueue: false }) ? new(members) : null;

    public override ValueTask AcquireAsync(LimitedRequest request)
    {
        do
        {
            for (var i = 0; i < _members.Length; i++)
            {
                var part = PartOf(request, i);
                part.Decision.State = _partitions[i].Get(part.Arguments);
            }
        }
        while (!TryAcquire(request, locked: 0));
        return default;
    }

    private LimitedRequest PartOf(LimitedRequest request, int member) => request.Parts[_members[member].Part];

    /// <summary>Takes the locks that are left to take, and decides.</summary>
    /// <returns><see langword="false"/> if a partition must be looked up again, as <see cref="MemoryPartition.TryAcquire"/> tells.</returns>
    private bool TryAcquire(LimitedRequest request, int locked)
    {
        if (locked == _members.Length)
        {
            Acquire(request);
            return true;
        }

        var part = PartOf(request, locked);
        if (part.Decision.State is not MemoryPartition partition)
        {
            // A caller that has no partition, and takes nothing.
            return TryAcquire(request, locked + 1);
        }

        lock (partition)
        {
            if (partition.Counts(_partitions[locked].Quotas))
            {
                return TryAcquire(request, locked + 1);
            }
        }

        _partitions[locked].Renew(part.Decision.Caller, partition, part.Arguments.InitialLimits);
        return false;
    }

    private void Acquire(LimitedRequest request)
    {
        var now = _partitions[0].Clock.Now;
        var fits = true;
        for (var i = 0; i < _members.Length; i++)
        {
            fits &= Fits(PartOf(request, i), i, now);
        }

        for (var i = 0; i < _members.Length; i++)
        {
            var part = PartOf(request, i);
            if (part.Decision.State is not MemoryPartition partition)
            {
                _partitions[i].PeekUnknown(part.Arguments, part.Decision);
            }
            else
            {
                // Where another plan rejects, this one tells where the caller stands without the request.
                var costs = fits || !Fits(part, i, now) ? part.AskedCosts.Span : _nothing.AsSpan(0, _members[i].Count);
                partition.AcquireLocked(costs, now, part.Decision, _partitions[i].Quotas);
            }
        }
    }

    private bool Fits(LimitedRequest part, int member, long now) => part.Decision.State is not MemoryPartition partition
        || partition.Fits(part.AskedCosts.Span, part.AskedLimits.Span, now, _partitions[member].Quotas);
}
