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
public abstract class QuotaRateLimiter : RateLimiter
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

    /// <summary>
    /// Decides into a lease of the caller's, so that the middleware can keep one and allocate nothing.
    /// </summary>
    /// <param name="lease">The lease to write.</param>
    /// <param name="permits">The permits to take; 0 reads.</param>
    /// <param name="limits">The limits from now on, in the order of the quotas; empty to keep them.</param>
    /// <returns><see langword="false"/> if the limiter was disposed: its partition was dropped, and must be looked up again.</returns>
    internal bool TryAcquire(QuotaLease lease, int permits, ReadOnlySpan<double> limits)
    {
        lock (this)
        {
            if (_quotas is not { } quotas)
            {
                return false;
            }

            var now = quotas.Clock.Now;
            quotas.SetLimits(State, limits, now);
            Acquire(quotas, now, permits, lease);
            lease.BelongsTo(this, quotas.Concurrency is not null);
            return true;
        }
    }

    /// <summary>Writes into a lease where its caller stands, and grants what asks for nothing.</summary>
    /// <returns>As <see cref="TryAcquire"/>.</returns>
    internal bool TryRead(QuotaLease lease, ReadOnlySpan<double> limits)
    {
        lock (this)
        {
            if (_quotas is not { } quotas)
            {
                return false;
            }

            var now = quotas.Clock.Now;
            quotas.SetLimits(State, limits, now);
            quotas.Read(State, now, lease);
            lease.BelongsTo(this, hasConcurrency: false);
            return true;
        }
    }

    /// <summary>Sets the limits of a new limiter, those that are known.</summary>
    internal void Start(ReadOnlySpan<double> limits)
    {
        lock (this)
        {
            _quotas?.SetLimits(State, limits, now: 0);
        }
    }

    /// <summary>As <see cref="TryAcquire"/>, and waits where the quotas say so.</summary>
    internal virtual ValueTask<bool> AcquireAsync(
        QuotaLease lease, int permits, ReadOnlySpan<double> limits, CancellationToken cancellationToken) =>
        new(TryAcquire(lease, permits, limits));

    /// <summary>Writes into a lease where its caller stands now.</summary>
    internal bool Report(QuotaLease lease)
    {
        lock (this)
        {
            _quotas?.Report(State, _quotas.Clock.Now, lease);
            return _quotas is not null;
        }
    }

    internal bool Charge(QuotaLease lease, int permits)
    {
        lock (this)
        {
            _quotas?.Charge(State, _quotas.Clock.Now, permits, lease);
            return _quotas is not null;
        }
    }

    /// <summary>Takes over a lease whose limiter was dropped, full, while the request was still under way.</summary>
    /// <returns><see langword="false"/> if this limiter is disposed, too.</returns>
    internal bool Adopt(QuotaLease lease)
    {
        lock (this)
        {
            if (_quotas is not { } quotas)
            {
                return false;
            }

            var limits = new double[lease.Statuses.Length];
            for (var i = 0; i < limits.Length; i++)
            {
                limits[i] = lease.Statuses[i].LimitOrNaN;
            }

            quotas.SetLimits(State, limits, quotas.Clock.Now);
            lease.MoveTo(this);
            return true;
        }
    }

    internal bool Refund(QuotaLease lease, int permits)
    {
        lock (this)
        {
            _quotas?.Refund(State, _quotas.Clock.Now, permits, lease);
            return _quotas is not null;
        }
    }

    internal void Release(QuotaLease lease)
    {
        if (lease.HeldPermits == 0)
        {
            return;
        }

        lock (this)
        {
            if (_quotas is { Concurrency: not null } quotas)
            {
                quotas.Release(State, quotas.Clock.Now, lease.HeldPermits);
                OnPermitsReturned(quotas);
            }

            lease.HeldPermits = 0;
        }
    }

    /// <summary>Disposes the limiter if it is full, so that it can be dropped and nothing counted is lost.</summary>
    internal bool TryRetire()
    {
        lock (this)
        {
            if (_quotas is not { } quotas)
            {
                return true;
            }

            if (IsHeld || quotas.FullAt(State) > quotas.Clock.Now)
            {
                return false;
            }

            _quotas = null;
            return true;
        }
    }

    /// <summary>Decides under the lock.</summary>
    private protected virtual void Acquire(QuotaSet quotas, long now, int permits, QuotaLease lease) =>
        quotas.Acquire(State, now, permits, lease);

    /// <summary>Called under the lock when permits came back otherwise than with time.</summary>
    private protected virtual void OnPermitsReturned(QuotaSet quotas)
    {
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
