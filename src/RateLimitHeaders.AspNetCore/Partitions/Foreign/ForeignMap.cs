using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Finds the partition of each caller: its own, or one of the <see cref="ForeignOverflow{TKey}"/> if there is no room for
/// another.
/// </summary>
/// <typeparam name="TKey">The key of callers. As in ASP.NET Core, it may be <see langword="null"/>: a tuple of it can still be a key.</typeparam>
internal sealed class ForeignMap<TKey> : IDisposable
{
    // How long a limiter takes to be full again is not known: idle ones are looked for every minute.
    private static readonly TimeSpan s_assumedWindow = TimeSpan.FromMinutes(4);

    private readonly PartitionsContext _context;
    private readonly PartitionBudget _budget;
    private readonly PartitionMap<ValueTuple<TKey>, ForeignPartition> _partitions;
    private readonly PartitionSweeper _sweeper;
    private readonly ForeignReplenisher _replenisher = new();

    // Callers get their partitions one at a time, so that a caller brings all that it has taken of a shared one.
    private readonly Lock _newcomers = new();
    private readonly ForeignOverflow<TKey> _overflow = new();
    private bool _isDisposed;

    public ForeignMap(PartitionsContext context)
    {
        _context = context;
        _budget = new PartitionBudget(context.MaxPartitions, context.ReportExhausted, context.ReportDrop);
        _partitions = new(_budget);
        _sweeper = new PartitionSweeper(context.TimeProvider, s_assumedWindow, Sweep);
        context.Metrics.Partitions.Add(_budget, context.Tags);
    }

    /// <summary>Acquires a permit of the partition that counts a caller.</summary>
    /// <returns><see langword="false"/> if the partition was dropped in the meantime, so that it must be looked up again.</returns>
    public async ValueTask<bool> AcquireAsync(RateLimitPartition<TKey> caller, RateLimitDecision decision, CancellationToken cancellationToken)
    {
        var key = ValueTuple.Create(caller.PartitionKey);
        if (!_partitions.TryGet(key, out var known))
        {
            known = FindKept(key);
            return known is null
                ? await AcquireNewAsync(caller, decision, cancellationToken)
                : await known.AcquireAsync(decision, cancellationToken);
        }

        if (await known!.AcquireAsync(decision, cancellationToken))
        {
            return true;
        }

        _partitions.Remove(key, known);
        return false;
    }

    public void Dispose()
    {
        _context.Metrics.Partitions.Remove(_budget);
        _sweeper.Dispose();
        _replenisher.Dispose();
        lock (_newcomers)
        {
            _isDisposed = true;
            _overflow.Dispose();
        }

        _partitions.Clear();
    }

    /// <summary>Finds the partition that the overflow keeps for one caller, and moves it if there is room again.</summary>
    private ForeignPartition? FindKept(ValueTuple<TKey> key)
    {
        lock (_newcomers)
        {
            if (_overflow.Find(key) is not { } kept)
            {
                return null;
            }

            if (_partitions.TryAdd(key, () => kept) is not null)
            {
                _overflow.Remove(key);
            }
            else
            {
                ReportOverflow();
            }

            return kept;
        }
    }

    private ValueTask<bool> AcquireNewAsync(RateLimitPartition<TKey> caller, RateLimitDecision decision, CancellationToken cancellationToken)
    {
        // Not under the lock: the factory is code of the application, which may take long.
        var newcomer = new ForeignPartition(CreateLimiter(caller), _context, _replenisher);
        var key = ValueTuple.Create(caller.PartitionKey);
        ForeignPartition? chosen = null;
        try
        {
            lock (_newcomers)
            {
                if (_partitions.TryGet(key, out chosen) || (chosen = _overflow.Find(key)) is not null)
                {
                    return new(false);
                }

                chosen = _isDisposed ? newcomer : AddOwn(caller, newcomer);
                if (chosen is null)
                {
                    // Under the lock, or the caller might get its own partition between the choice and the acquisition.
                    chosen = Share(caller, newcomer);
                    return chosen?.AcquireAsync(decision, cancellationToken) ?? Fail(decision);
                }
            }

            return _isDisposed ? AcquireOnceAsync(newcomer, decision, cancellationToken) : chosen.AcquireAsync(decision, cancellationToken);
        }
        finally
        {
            // It is the same limiter if the application returns one for several callers.
            if (chosen?.Limiter.Limiter != newcomer.Limiter.Limiter)
            {
                newcomer.Dispose();
            }
        }
    }

    private ForeignPartition? AddOwn(RateLimitPartition<TKey> caller, ForeignPartition newcomer) =>
        _partitions.TryAdd(ValueTuple.Create(caller.PartitionKey), () =>
        {
            if (!_overflow.IsEmpty)
            {
                _overflow.Start(newcomer, ShapeOf(caller, newcomer));
            }

            return newcomer;
        });

    private ForeignPartition? Share(RateLimitPartition<TKey> caller, ForeignPartition newcomer)
    {
        // A limiter that counts nothing needs no room, and callers that shared it would have no limit.
        if (newcomer.Limiter.IsUnlimited)
        {
            _sweeper.Hasten();
            return newcomer;
        }

        ReportOverflow();
        return _overflow.Get(ValueTuple.Create(caller.PartitionKey), ShapeOf(caller, newcomer), newcomer);
    }

    private void ReportOverflow()
    {
        _context.ReportOverflow();
        _sweeper.Hasten();
    }

    private LimiterShape? ShapeOf(RateLimitPartition<TKey> caller, ForeignPartition newcomer) =>
        LimiterShape.Of(newcomer.Limiter, () => CreateLimiter(caller));

    private RateLimiter CreateLimiter(RateLimitPartition<TKey> caller) => caller.Factory(caller.PartitionKey)
        ?? throw new InvalidOperationException($"Policy \"{_context.Plan.PolicyName}\": the factory of its partition returned no limiter.");

    private static ValueTask<bool> Fail(RateLimitDecision decision)
    {
        decision.Fail("the number of partitions has reached MaxPartitions, and no shared one has a known limit that is as low.");
        return new(true);
    }

    /// <summary>Acquires for a request that was in progress when the partitions were disposed.</summary>
    private static async ValueTask<bool> AcquireOnceAsync(
        ForeignPartition newcomer, RateLimitDecision decision, CancellationToken cancellationToken)
    {
        using (newcomer)
        {
            return await newcomer.AcquireAsync(decision, cancellationToken);
        }
    }

    private void Sweep()
    {
        _partitions.Sweep(static partition => partition.TryRetire());
        lock (_newcomers)
        {
            _overflow.Sweep();
        }
    }
}
