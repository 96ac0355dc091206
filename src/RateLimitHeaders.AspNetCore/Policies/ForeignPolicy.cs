using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>A policy whose partitions and limiters are not ours: the lambda that ASP.NET Core's own rate limiting takes.</summary>
/// <typeparam name="TKey">The type of the partition keys.</typeparam>
internal sealed class ForeignPolicy<TKey> : Policy
    where TKey : notnull
{
    // How long a limiter takes to be full again is not known: idle ones are looked for every minute.
    private static readonly TimeSpan s_assumedWindow = TimeSpan.FromMinutes(4);

    private readonly Func<HttpContext, RateLimitPartition<TKey>> _partitioner;
    private readonly HeadersWhen _headersWhen;
    private readonly HeaderTextCache _texts = new();
    private readonly PartitionMap<TKey, ForeignPartition> _partitions;
    private readonly PartitionSweeper _sweeper;
    private readonly TimeProvider _timeProvider;
    private readonly Action _onOverflow;
    private ForeignPartition? _overflow;

    public ForeignPolicy(
        string name,
        string resource,
        Func<HttpContext, RateLimitPartition<TKey>> partitioner,
        HeadersWhen headersWhen,
        PartitionBudget budget,
        TimeProvider timeProvider,
        Action onOverflow,
        ILogger logger)
        : base(name, resource, logger)
    {
        _partitioner = partitioner;
        _headersWhen = headersWhen;
        _timeProvider = timeProvider;
        _onOverflow = onOverflow;
        _partitions = new(budget, partition => Try(partition, static partition => partition.TryRetire()));
        _sweeper = new PartitionSweeper(timeProvider, s_assumedWindow, _partitions.Sweep);
    }

    public override async ValueTask DecideAsync(RequestLimit request)
    {
        try
        {
            request.CountForeign(_headersWhen, _texts);
            var partition = _partitioner(request.HttpContext);
            ForeignLease? lease = null;
            while (lease is null)
            {
                var state = Get(partition);
                lease = await state.AcquireAsync(permits: 1, request.HttpContext.RequestAborted);
                if (lease is null)
                {
                    _partitions.Remove(partition.PartitionKey, state);
                }
            }

            request.Decide(lease);
        }
        catch (OperationCanceledException) when (request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever a limiter of the application throws: neither a 500 nor unlimited.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.ForeignLimiterFailed(Logger, Name, exception);
            request.Fail();
        }
    }

    public override void Dispose()
    {
        _sweeper.Dispose();
        foreach (var partition in _partitions.Partitions)
        {
            TryDispose(partition);
        }

        if (Interlocked.Exchange(ref _overflow, null) is { } shared)
        {
            TryDispose(shared);
        }
    }

    private ForeignPartition Get(RateLimitPartition<TKey> partition) =>
        _partitions.TryGet(partition.PartitionKey, out var known)
            ? known!
            : _partitions.TryAdd(partition.PartitionKey, _ => Create(partition)) ?? Overflow(partition);

    private ForeignPartition Create(RateLimitPartition<TKey> partition)
    {
        var limiter = partition.Factory(partition.PartitionKey)
            ?? throw new InvalidOperationException($"Policy \"{Name}\": the factory of its partition gave no limiter.");
        return new ForeignPartition(limiter, Name, _timeProvider);
    }

    private ForeignPartition Overflow(RateLimitPartition<TKey> partition)
    {
        _onOverflow();
        _sweeper.Hasten();
        if (Volatile.Read(ref _overflow) is { } shared)
        {
            return shared;
        }

        // One that limits nobody holds nothing, and would lift the limit of all others if they shared it.
        var created = Create(partition);
        if (created.IsUnlimited || Interlocked.CompareExchange(ref _overflow, created, null) is not { } faster)
        {
            return created;
        }

        TryDispose(created);
        return faster;
    }

    private void TryDispose(ForeignPartition partition) => Try(partition, static partition =>
    {
        partition.Dispose();
        return true;
    });

    /// <summary>Does what no request asked for: there is nobody to whom what a limiter throws could be told, but the log.</summary>
    private bool Try(ForeignPartition partition, Func<ForeignPartition, bool> act)
    {
        try
        {
            return act(partition);
        }
#pragma warning disable CA1031 // Out of a timer, it would end the process; out of the host's end, leave other limiters as they are.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.ForeignCleanupFailed(Logger, Name, exception);
            return false;
        }
    }
}
