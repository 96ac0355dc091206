using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// A <see cref="RateLimiter"/> that counts one or several quotas as one decision: all are charged or none, and a refusal
/// costs nothing. Its leases tell where the caller stands (<see cref="QuotaLease"/>).
/// </summary>
/// <remarks>
/// It has no timer and is thread-safe. It works wherever STRL's limiters do: in
/// <see cref="PartitionedRateLimiter.Create{TResource, TPartitionKey}"/>, in ASP.NET Core's own rate limiting, in Polly.
/// </remarks>
public abstract partial class QuotaRateLimiter : RateLimiter
{
    // The limiter is its own lock, which saves an object for each of what may be a million partitions.

    // Let go of when the limiter is disposed or its partition dropped, which tells so without a field of its own.
    private QuotaSet? _quotas;

    private protected QuotaRateLimiter(QuotaSet quotas) => _quotas = quotas;

    /// <inheritdoc/>
    public override TimeSpan? IdleDuration
    {
        get
        {
            lock (this)
            {
                if (_quotas is not { } quotas)
                {
                    return null;
                }

                var idle = quotas.Clock.Now - Math.Max(quotas.FullAt(State), LastUse);
                return idle < 0 || IsHeld ? null : new TimeSpan(idle);
            }
        }
    }

    /// <summary>Gets the counts, as the quota set lays them out.</summary>
    private protected abstract Span<long> State { get; }

    /// <summary>Gets the moment of the last acquisition, 0 where that is not kept.</summary>
    private protected virtual long LastUse => 0;

    /// <summary>Gets a value indicating whether somebody holds or waits for permits that only a lease gives back.</summary>
    private protected virtual bool IsHeld => false;

    /// <summary>Creates a limiter of quotas that are decided as one, on the system's clock.</summary>
    /// <param name="quotas">One quota or more, of different names, at most one of them a concurrency quota.</param>
    /// <exception cref="ArgumentException">There is no quota, or two do not go together.</exception>
    public static QuotaRateLimiter Create(params Quota[] quotas) => Create(TimeProvider.System, quotas);

    /// <summary>Creates a limiter of quotas that are decided as one.</summary>
    /// <param name="timeProvider">The clock: its timestamps decide, its wall clock only aligns windows.</param>
    /// <param name="quotas">One quota or more, of different names, at most one of them a concurrency quota.</param>
    /// <exception cref="ArgumentException">There is no quota, or two do not go together.</exception>
    public static QuotaRateLimiter Create(TimeProvider timeProvider, params Quota[] quotas)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentNullException.ThrowIfNull(quotas);
        QuotaRules.ThrowIfAny(QuotaRules.Together([.. quotas.Select(quota => quota.Description)]));
        return new StandardQuotaRateLimiter(new QuotaSet(timeProvider, quotas));
    }

    /// <summary>Changes the limit of a quota while it counts. What is used stays used.</summary>
    /// <param name="quotaName">The name of the quota.</param>
    /// <param name="permitLimit">The new limit, from 0 (nothing is granted) to 999,999,999,999,999; may be fractional.</param>
    /// <exception cref="ArgumentException">There is no quota of that name.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permitLimit"/> is out of its range.</exception>
    /// <exception cref="ObjectDisposedException">The limiter was disposed.</exception>
    public void SetLimit(string quotaName, double permitLimit)
    {
        if (!(permitLimit >= 0 && permitLimit <= QuotaRules.MaxLimit))
        {
            throw new ArgumentOutOfRangeException(
                nameof(permitLimit), permitLimit, $"Quota \"{quotaName}\": give a limit from 0 to {QuotaRules.MaxLimit}.");
        }

        lock (this)
        {
            var quotas = _quotas ?? throw Disposed();
            var limits = new double[quotas.Quotas.Length];
            Array.Fill(limits, double.NaN);
            var index = 0;
            while (quotas.Quotas[index].Description.Name != quotaName)
            {
                if (++index == limits.Length)
                {
                    throw new ArgumentException($"There is no quota \"{quotaName}\" in this limiter.", nameof(quotaName));
                }
            }

            limits[index] = permitLimit;
            quotas.SetLimits(State, limits, quotas.Clock.Now);
            OnPermitsReturned(quotas);
        }
    }

    /// <summary>Called under the lock, once.</summary>
    private protected virtual void OnDisposed()
    {
    }

    private protected QuotaSet? Quotas => _quotas;

    private protected ObjectDisposedException Disposed() => new(GetType().FullName);

    /// <summary>Throws as STRL's limiters do where no wait could ever grant the permits.</summary>
    private protected void ThrowIfImpossible(int permitCount)
    {
        lock (this)
        {
            var most = (_quotas ?? throw Disposed()).MaxPermits(State);
            if (permitCount > most)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(permitCount), permitCount, $"{permitCount} permits exceed the limit of {most}: they can never be acquired.");
            }
        }
    }

    /// <inheritdoc/>
    protected override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        ThrowIfImpossible(permitCount);
        var lease = new QuotaLease();
        return TryAcquire(lease, permitCount, []) ? lease : throw Disposed();
    }

    /// <inheritdoc/>
    protected override async ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken)
    {
        ThrowIfImpossible(permitCount);
        var lease = new QuotaLease();
        return await AcquireAsync(lease, permitCount, [], cancellationToken).ConfigureAwait(false) ? lease : throw Disposed();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        lock (this)
        {
            if (_quotas is not null)
            {
                _quotas = null;
                OnDisposed();
            }
        }

        base.Dispose(disposing);
    }
}
