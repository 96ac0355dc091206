using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The partitions of one plan: one limiter for each principal, and one that unknown callers share when there are too many.</summary>
internal sealed class PlanPartitions : PlanCounter
{
    /// <summary>Longer ids are kept as their hash, so that nobody fills the memory with long ids.</summary>
    private const int LongestId = 128;

    // No id of a caller's can be taken for a hash: ids that begin like one are hashed themselves.
    private const string HashPrefix = "\0sha256:";

    private readonly QuotaSet _quotas;
    private readonly double[] _startLimits;
    private readonly PartitionBudget _budget;
    private readonly PartitionMap<string, QuotaRateLimiter> _byText;
    private readonly PartitionMap<UInt128, QuotaRateLimiter> _byAddress;
    private readonly PartitionSweeper _sweeper;
    private readonly Action _onOverflow;
    private QuotaRateLimiter? _overflow;

    /// <param name="quotas">The quotas of the plan.</param>
    /// <param name="startLimits">The limits that a new partition has until its caller's own are known.</param>
    /// <param name="budget">How many partitions there may be.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="onOverflow">Called for each request that is counted in the shared partition.</param>
    public PlanPartitions(
        QuotaSet quotas, double[] startLimits, PartitionBudget budget, TimeProvider timeProvider, Action onOverflow)
    {
        _quotas = quotas;
        _startLimits = startLimits;
        _budget = budget;
        _onOverflow = onOverflow;
        _byText = new(budget, static limiter => limiter.TryRetire());
        _byAddress = new(budget, static limiter => limiter.TryRetire());
        _sweeper = new PartitionSweeper(timeProvider, LongestWindow(quotas), Sweep);
    }

    /// <summary>Gets how many partitions there are, without the shared one.</summary>
    public int Count => _budget.Taken;

    /// <summary>Gets the same by counting them, which is slow: what is in memory, whatever the budget says.</summary>
    public int Counted => _byText.Count + _byAddress.Count;

    public override ValueTask DecideAsync(RequestLimit request, int permits, ReadOnlySpan<double> limits)
    {
        request.CountIn(this);

        // Asking for the token takes 15 ns, and only who waits in a queue has a use for it.
        var aborted = _quotas.Concurrency is { QueueLimit: > 0 } ? request.HttpContext.RequestAborted : default;
        return AcquireAsync(request.Lease, request.Caller, permits, limits, aborted);
    }

    /// <summary>Decides into a lease; 0 permits read.</summary>
    public ValueTask AcquireAsync(
        QuotaLease lease, in RateLimitPrincipal principal, int permits, ReadOnlySpan<double> limits, CancellationToken cancellationToken)
    {
        while (true)
        {
            var limiter = Get(principal);
            var decided = permits == 0
                ? new(limiter.TryRead(lease, limits))
                : limiter.AcquireAsync(lease, permits, limits, cancellationToken);
            if (!decided.IsCompletedSuccessfully)
            {
                return new(decided.AsTask());
            }

            if (decided.Result)
            {
                return default;
            }

            // The partition was dropped between the look-up and the acquisition; what it held was nothing.
            Remove(principal, limiter);
        }
    }

    /// <summary>Charges a lease more.</summary>
    public void Charge(QuotaLease lease, in RateLimitPrincipal principal, int permits)
    {
        while (!lease.TryCharge(permits))
        {
            FindLimiterAgain(lease, principal);
        }
    }

    /// <summary>Reads the statuses of a lease again.</summary>
    public void Refresh(QuotaLease lease, in RateLimitPrincipal principal)
    {
        while (!lease.TryRefresh())
        {
            FindLimiterAgain(lease, principal);
        }
    }

    /// <summary>Gets the limiter of a principal, or the shared one if there is no room for another.</summary>
    public QuotaRateLimiter Get(in RateLimitPrincipal principal)
    {
        var limiter = principal.TextId is { } id
            ? GetOrAdd(_byText, KeyOf(id))
            : GetOrAdd(_byAddress, principal.Address);
        return limiter ?? Overflow();
    }

    /// <summary>Removes a limiter that turned out to be disposed, since its partition was being dropped.</summary>
    public void Remove(in RateLimitPrincipal principal, QuotaRateLimiter limiter)
    {
        if (principal.TextId is { } id)
        {
            _byText.Remove(KeyOf(id), limiter);
        }
        else
        {
            _byAddress.Remove(principal.Address, limiter);
        }
    }

    public void Sweep()
    {
        _byText.Sweep();
        _byAddress.Sweep();
    }

    public override void Dispose()
    {
        _sweeper.Dispose();
        foreach (var limiter in _byText.Partitions.Concat(_byAddress.Partitions))
        {
            limiter.Dispose();
        }

        // Let go of first: a request that is still under way would meet a disposed one again and again.
        Interlocked.Exchange(ref _overflow, null)?.Dispose();
    }

    // Hashed as they are in memory: an encoder would make one and the same of all unpaired surrogates.
    internal static string KeyOf(string id) => id.Length <= LongestId && !id.StartsWith(HashPrefix, StringComparison.Ordinal)
        ? id
        : HashPrefix + Convert.ToBase64String(SHA256.HashData(MemoryMarshal.AsBytes(id.AsSpan())));

    private static TimeSpan LongestWindow(QuotaSet quotas)
    {
        var longest = TimeSpan.Zero;
        foreach (var quota in quotas.Quotas)
        {
            if (quota.Description.Window is { } window && window > longest)
            {
                longest = window;
            }
        }

        return longest;
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The map owns it.")]
    private QuotaRateLimiter? GetOrAdd<TKey>(PartitionMap<TKey, QuotaRateLimiter> map, TKey key)
        where TKey : notnull => map.TryGet(key, out var known) ? known : map.TryAdd(key, _ => Create());

    /// <summary>
    /// Finds the partition that counts the caller now: the endpoint took longer than the longest window, and the one that
    /// decided was dropped meanwhile, full.
    /// </summary>
    private void FindLimiterAgain(QuotaLease lease, in RateLimitPrincipal principal)
    {
        var limiter = Get(principal);
        if (!limiter.Adopt(lease))
        {
            Remove(principal, limiter);
        }
    }

    private QuotaRateLimiter Create()
    {
        var limiter = LimiterFactory.Create(_quotas);
        limiter.Start(_startLimits);
        return limiter;
    }

    /// <summary>Shares one limiter among all who come when there is no room: never unlimited, never an error.</summary>
    private QuotaRateLimiter Overflow()
    {
        _onOverflow();
        _sweeper.Hasten();
        return Volatile.Read(ref _overflow) ?? LazyInitializer.EnsureInitialized(ref _overflow, Create);
    }
}
