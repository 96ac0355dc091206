using System.Collections.Concurrent;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The partitions of one plan, by key. Lookups take no lock; requests with different keys do not wait for each other.</summary>
/// <typeparam name="TKey">The key of callers.</typeparam>
/// <typeparam name="TPartition">The state of one of them.</typeparam>
internal sealed class PartitionMap<TKey, TPartition>(PartitionBudget budget)
    where TKey : notnull
    where TPartition : class, IDisposable
{
    private readonly ConcurrentDictionary<TKey, TPartition> _partitions = [];

    public int Count => _partitions.Count;

    public IEnumerable<KeyValuePair<TKey, TPartition>> Pairs => _partitions;

    public bool TryGet(TKey key, out TPartition? partition) => _partitions.TryGetValue(key, out partition);

    /// <summary>Adds a partition unless the plan has as many as it may have.</summary>
    /// <param name="key">The key.</param>
    /// <param name="create">Creates the partition.</param>
    /// <param name="begin">Sets up the partition of this call once it is found by its key, under its lock, for which others wait.</param>
    /// <returns>The partition of the key, made here or by another thread at the same time; <see langword="null"/> if there is no room.</returns>
    public TPartition? TryAdd(TKey key, Func<TPartition> create, Action<TPartition>? begin = null)
    {
        if (!budget.TryTake())
        {
            return null;
        }

        TPartition? created = null;
        var isAdded = false;
        try
        {
            created = create();
            lock (created)
            {
                var partition = _partitions.GetOrAdd(key, created);
                if (partition == created)
                {
                    begin?.Invoke(created);
                    isAdded = true;
                }

                return partition;
            }
        }
        finally
        {
            // Another thread was faster, or a factory of the application threw.
            if (!isAdded)
            {
                if (created is not null)
                {
                    _partitions.TryRemove(new(key, created));
                    created.Dispose();
                }

                budget.GiveBack();
            }
        }
    }

    /// <summary>Removes a partition that was dropped. Code that finds one calls this, and looks it up again.</summary>
    public void Remove(TKey key, TPartition partition)
    {
        if (_partitions.TryRemove(new KeyValuePair<TKey, TPartition>(key, partition)))
        {
            budget.Drop();
        }
    }

    /// <summary>Replaces a partition by another one.</summary>
    /// <returns><see langword="false"/> if that one is no longer there.</returns>
    public bool TryReplace(TKey key, TPartition partition, TPartition successor) => _partitions.TryUpdate(key, successor, partition);

    /// <summary>Disposes and removes all partitions.</summary>
    public void Clear()
    {
        foreach (var partition in _partitions)
        {
            partition.Value.Dispose();
            if (_partitions.TryRemove(partition))
            {
                budget.GiveBack();
            }
        }
    }

    /// <summary>Drops the partitions that hold no information any more.</summary>
    /// <param name="tryRetire">Drops a partition if it is one of them, and returns whether it did.</param>
    public void Sweep(Func<TPartition, bool> tryRetire)
    {
        foreach (var (key, partition) in _partitions)
        {
            if (tryRetire(partition))
            {
                Remove(key, partition);
            }
        }
    }
}
