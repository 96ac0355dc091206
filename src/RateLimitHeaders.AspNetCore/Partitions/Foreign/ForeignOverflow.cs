namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The partitions of callers for which there is no room. Callers share one only if their limits are known to be the same;
/// a caller whose limit is not known has one of its own here.
/// </summary>
/// <remarks>
/// There are at most <see cref="MaxPartitions"/>. Beyond that, a caller shares one whose limit is lower than its own, or is
/// rejected if there is none: one caller's limiter never admits more than another's own would. All methods are called under one lock.
/// </remarks>
/// <typeparam name="TKey">The key of callers.</typeparam>
internal sealed class ForeignOverflow<TKey>
{
    public const int MaxPartitions = 64;

    private readonly Dictionary<LimiterShape, ForeignPartition> _byShape = [];
    private readonly Dictionary<ValueTuple<TKey>, ForeignPartition> _byKey = [];
    private bool _hasBeenFull;

    public bool IsEmpty => Count == 0;

    private int Count => _byShape.Count + _byKey.Count;

    /// <summary>Returns the partition that a caller has of its own, because its limit is not known.</summary>
    public ForeignPartition? Find(ValueTuple<TKey> key) => _byKey.GetValueOrDefault(key);

    /// <summary>Removes that partition, because there is room for it elsewhere.</summary>
    public void Remove(ValueTuple<TKey> key) => _byKey.Remove(key);

    /// <summary>Returns the partition that counts a caller.</summary>
    /// <param name="key">The caller.</param>
    /// <param name="shape">The shape of its limiter; <see langword="null"/> if its limit is not known.</param>
    /// <param name="newcomer">The partition of a limiter of that caller, which is used if there is no other.</param>
    /// <returns><see langword="null"/> if there is none, and no room either.</returns>
    public ForeignPartition? Get(ValueTuple<TKey> key, LimiterShape? shape, ForeignPartition newcomer)
    {
        if (shape is not null && _byShape.TryGetValue(shape, out var known))
        {
            return known;
        }

        if (Count >= MaxPartitions)
        {
            _hasBeenFull = true;
            return Strictest(shape);
        }

        Start(newcomer, shape);
        if (shape is null)
        {
            _byKey[key] = newcomer;
        }
        else
        {
            _byShape[shape] = newcomer;
        }

        return newcomer;
    }

    /// <summary>Starts a partition with the permits that its caller, and others, have used of the one that they shared.</summary>
    public void Start(ForeignPartition newcomer, LimiterShape? shape)
    {
        if (shape is not null
            && (_byShape.GetValueOrDefault(shape) ?? (_hasBeenFull ? Strictest(shape) : null)) is { } origin)
        {
            newcomer.StartFrom(origin);
        }
    }

    /// <summary>Drops the partitions that no longer contain information.</summary>
    public void Sweep() => Retire(always: false);

    public void Dispose() => Retire(always: true);

    /// <summary>
    /// Finds the partition that has the fewest permits left of those that admit no more than a shape. The fewest, because
    /// otherwise a caller that went from one to the next would be admitted by each of them.
    /// </summary>
    private ForeignPartition? Strictest(LimiterShape? shape) => shape is null
        ? null
        : _byShape.Where(pair => pair.Key.IsAtMost(shape)).Select(pair => pair.Value).MinBy(partition => partition.Left);

    private void Retire(bool always)
    {
        // A dictionary may lose entries while it is enumerated.
        foreach (var (shape, partition) in _byShape)
        {
            if (partition.TryRetire(always))
            {
                _byShape.Remove(shape);
            }
        }

        foreach (var (key, partition) in _byKey)
        {
            if (partition.TryRetire(always))
            {
                _byKey.Remove(key);
            }
        }

        _hasBeenFull &= !IsEmpty;
    }
}
