using System.Runtime.CompilerServices;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The partitions of a plan's callers, by text or by address, and those that unknown callers share if there are too many. All
/// versions of a plan have the same partitions. The last of these versions that is disposed drops them.
/// </summary>
internal sealed class PartitionTable
{
    /// <summary>The number of partitions that keep a distance from each other. The gaps of a plan take about half a megabyte at most.</summary>
    private const int MostSpaced = 1_024;

    private const int WordsOfAWindow = 3;
    private const int WordsOfABucket = 6;

    // Processors fetch cache lines in pairs, and more of them when neighboring lines are used one after the other.
    private const int Gap = 512;

    private static int s_lastRank;

    private readonly PartitionBudget _budget;
    private readonly PartitionMap<string, MemoryPartition> _byText;
    private readonly PartitionMap<UInt128, MemoryPartition> _byAddress;
    private readonly PartitionsContext _context;
    private int _versions = 1;

    /// <param name="context">The plan, and the services with which partitions are created.</param>
    public PartitionTable(PartitionsContext context)
    {
        _context = context;
        _budget = new PartitionBudget(context.MaxPartitions, context.ReportExhausted, context.ReportDrop);
        _byText = new(_budget);
        _byAddress = new(_budget);
        context.Metrics.Partitions.Add(_budget, context.Tags);
    }

    /// <summary>Gets a number by which partitions of several plans are locked in one order.</summary>
    public int Rank { get; } = Interlocked.Increment(ref s_lastRank);

    /// <summary>Gets the partitions that callers share for which there is no room.</summary>
    public OverflowPartitions Overflow { get; } = new();

    /// <summary>Gets the number of partitions, without the shared ones.</summary>
    public int Count => _budget.Taken;

    /// <summary>Gets the number of partitions in memory by counting them, which is slow. It does not depend on the budget.</summary>
    public int Counted => _byText.Count + _byAddress.Count;

    /// <summary>Gets a value indicating whether there is room for another partition.</summary>
    public bool HasRoom => _budget.HasRoom;

    /// <summary>Gets all partitions, with the ids of their callers.</summary>
    public IEnumerable<(string Id, bool IsHash, MemoryPartition Partition)> Callers =>
        _byText.Pairs.Select(pair => (LongIds.Show(pair.Key), LongIds.IsHash(pair.Key), pair.Value))
            .Concat(_byAddress.Pairs.Select(pair => (ClientAddress.Format(pair.Key), false, pair.Value)));

    // Whether a new partition is to keep a distance from others.
    private bool IsSpaced => _budget.Taken <= MostSpaced;

    /// <summary>Creates a partition: a compact one if its counts are small enough.</summary>
    /// <param name="quotas">The quotas of the plan.</param>
    /// <param name="isSpaced">
    /// Whether to keep a distance from other partitions, which few partitions do: threads with different callers then do not
    /// wait for each other's cache lines. Among very many, two neighbors are seldom used at the same time.
    /// </param>
    public static MemoryPartition Create(QuotaSet quotas, bool isSpaced) => quotas switch
    {
        // Requests may wait for its permits, which needs more than counts.
        { HasConcurrency: true } => new StandardPartition(quotas),
        { StateLength: WordsOfAWindow } => CreateCompact<WindowWords>(quotas, isSpaced),
        { StateLength: WordsOfABucket } => CreateCompact<BucketWords>(quotas, isSpaced),
        _ => new StandardPartition(quotas),
    };

    /// <summary>Makes another version of the plan use the partitions, too.</summary>
    public PartitionTable Share()
    {
        Interlocked.Increment(ref _versions);
        return this;
    }

    /// <summary>Ends the use that <see cref="Share"/> or the constructor has begun.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _versions) > 0)
        {
            return;
        }

        // Requests that run for hours may keep this table.
        _context.Metrics.Partitions.Remove(_budget);
        _byText.Clear();
        _byAddress.Clear();
        Overflow.Dispose();
    }

    /// <summary>Returns the partition of a caller, if there is one.</summary>
    public MemoryPartition? Find(in RateLimitPrincipal principal) => principal.TextId is { } id
        ? _byText.TryGet(LongIds.Of(id), out var byText) ? byText : null
        : _byAddress.TryGet(principal.Address, out var byAddress) ? byAddress : null;

    /// <summary>Adds the partition of a caller.</summary>
    /// <param name="principal">The caller.</param>
    /// <param name="quotas">The quotas that it counts.</param>
    /// <param name="begin">As that of <see cref="PartitionMap{TKey, TPartition}.TryAdd"/>.</param>
    /// <returns>As <see cref="PartitionMap{TKey, TPartition}.TryAdd"/>.</returns>
    public MemoryPartition? TryAdd(in RateLimitPrincipal principal, QuotaSet quotas, Action<MemoryPartition> begin) => principal.TextId is { } id
        ? TryAdd(_byText, LongIds.Of(id), quotas, begin)
        : TryAdd(_byAddress, principal.Address, quotas, begin);

    /// <summary>
    /// Removes a partition that could not count a request because it was dropped, full; or moves the counts of an earlier version of the
    /// plan.
    /// </summary>
    /// <param name="principal">The caller.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="quotas">The quotas to count from now on.</param>
    /// <param name="limits">The limits of quotas that are new.</param>
    public void Renew(in RateLimitPrincipal principal, MemoryPartition partition, QuotaSet quotas, ReadOnlySpan<double> limits)
    {
        if (principal.TextId is { } id)
        {
            Renew(_byText, LongIds.Of(id), partition, quotas, limits);
        }
        else
        {
            Renew(_byAddress, principal.Address, partition, quotas, limits);
        }
    }

    /// <summary>Removes a partition that was found to be dropped.</summary>
    public void Remove(in RateLimitPrincipal principal, MemoryPartition partition)
    {
        if (principal.TextId is { } id)
        {
            _byText.Remove(LongIds.Of(id), partition);
        }
        else
        {
            _byAddress.Remove(principal.Address, partition);
        }
    }

    /// <summary>Drops the partitions that hold no information any more.</summary>
    /// <param name="quotas">The quotas in force. What is counted of others, which an earlier version of the plan had, keeps no partition.</param>
    public void Sweep(QuotaSet quotas)
    {
        Func<MemoryPartition, bool> tryRetire = partition => partition.TryRetire(quotas);
        _byText.Sweep(tryRetire);
        _byAddress.Sweep(tryRetire);
    }

    /// <summary>Continues the counts of another table. Shared partitions are left out.</summary>
    /// <param name="others">The other table.</param>
    /// <param name="quotas">The quotas under which requests are counted here.</param>
    public void TakeOver(PartitionTable others, QuotaSet quotas)
    {
        // The origin of a text that no rule has checked is not known here: such a caller brings no counts of a shared partition.
        var tokenType = _context.Plan.TokenType;
        TakeOver(_byText, others._byText, quotas, id => new RateLimitPrincipal(tokenType, id));
        TakeOver(_byAddress, others._byAddress, quotas, address => new RateLimitPrincipal(tokenType, address));
    }

    private void TakeOver<TKey>(
        PartitionMap<TKey, MemoryPartition> map, PartitionMap<TKey, MemoryPartition> others, QuotaSet quotas, Func<TKey, RateLimitPrincipal> principalOf)
        where TKey : notnull
    {
        foreach (var (key, other) in others.Pairs)
        {
            if (other.CopyCounts() is not { } counted)
            {
                continue;
            }

            while ((map.TryGet(key, out var known) ? known : Add(key)) is { } partition
                && !partition.TryTakeOver(counted.Quotas, counted.Counts, quotas))
            {
                Renew(map, key, partition, quotas, limits: []);
            }
        }

        MemoryPartition? Add(TKey key) => TryAdd(map, key, quotas, partition => partition.Start([], Overflow.Find(principalOf(key))));
    }

    private MemoryPartition? TryAdd<TKey>(PartitionMap<TKey, MemoryPartition> map, TKey key, QuotaSet quotas, Action<MemoryPartition> begin)
        where TKey : notnull => map.TryAdd(key, () => Create(quotas, IsSpaced), begin);

    private void Renew<TKey>(
        PartitionMap<TKey, MemoryPartition> map, TKey key, MemoryPartition partition, QuotaSet quotas, ReadOnlySpan<double> limits)
        where TKey : notnull
    {
        if (partition.Quotas is null)
        {
            map.Remove(key, partition);
        }
        else
        {
            partition.MoveTo(quotas, limits, IsSpaced, successor => map.TryReplace(key, partition, successor));
        }
    }

    private static CompactPartition<TWords> CreateCompact<TWords>(QuotaSet quotas, bool isSpaced)
        where TWords : struct =>
        isSpaced ? CreateSpaced<TWords>(quotas, new byte[Gap]) : new CompactPartition<TWords>(quotas);

    // If it were inlined, the JIT compiler would create the partition before the gap: the gap would be followed by what the map adds
    // for the caller, and that by the next partition.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static SpacedPartition<TWords> CreateSpaced<TWords>(QuotaSet quotas, byte[] gap)
        where TWords : struct => new(quotas, gap);

    [InlineArray(WordsOfAWindow)]
    private struct WindowWords
    {
        private long _first;
    }

    [InlineArray(WordsOfABucket)]
    private struct BucketWords
    {
        private long _first;
    }
}
