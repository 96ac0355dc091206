using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>A limiter of the application that counts one caller, or several that share it.</summary>
/// <remarks>The partition is its own lock: one acquisition at a time, so that the statistics after it are this caller's.</remarks>
internal sealed class ForeignPartition : IDisposable
{
    // As in ASP.NET Core: requests in the queue of a limiter without a timer are checked this often.
    private static readonly TimeSpan s_replenishmentInterval = TimeSpan.FromMilliseconds(100);

    // With longer periods less often: many callers may have windows of hours.
    private const int ReplenishmentsPerPeriod = 100;

    private static readonly RateLimitClock s_systemClock = RateLimitClock.For(TimeProvider.System);

    private readonly PartitionsContext _context;
    private readonly ForeignLimiter _limiter;
    private readonly ForeignWindow _window;
    private readonly ForeignReport _report;
    private readonly ForeignReplenisher? _replenisher;
    private CarriedPermits? _carried;
    private bool _isAtReplenisher;
    private long _nextReplenishment;
    private bool _retired;

    /// <param name="limiter">The limiter.</param>
    /// <param name="context">The plan.</param>
    /// <param name="replenisher">Replenishes limiters that need each period.</param>
    public ForeignPartition(RateLimiter limiter, PartitionsContext context, ForeignReplenisher replenisher)
    {
        _context = context;
        _limiter = new ForeignLimiter(limiter);
        _window = new ForeignWindow(_limiter, context.Clock);
        _report = new ForeignReport(_limiter, _window, context);
        _replenisher = _window.NeedsEachPeriod ? replenisher : null;
    }

    public ForeignLimiter Limiter => _limiter;

    /// <summary>Gets the permits that are left for a request that arrives now; 0 if it is not known.</summary>
    public long Left
    {
        get
        {
            lock (this)
            {
                Replenish();
                return _limiter.Left;
            }
        }
    }

    /// <summary>Sets up a new partition, which no other thread knows yet, with the counts of another one.</summary>
    /// <param name="origin">The partition that has counted the caller so far, among others.</param>
    public void StartFrom(ForeignPartition origin)
    {
        if (_limiter.IsConcurrency)
        {
            _carried = new CarriedPermits(origin._limiter, _limiter.Limiter);
            return;
        }

        (_limiter.Limiter as QuotaRateLimiter)?.StartFrom((QuotaRateLimiter)origin._limiter.Limiter);
        var used = Left - origin.Left;
        if (used > 0)
        {
            _limiter.Limiter.AttemptAcquire((int)used).Dispose();
        }
    }

    /// <summary>Acquires a permit, and waits if the limiter has a queue.</summary>
    /// <returns><see langword="false"/> if the partition was dropped, so that it must be looked up again.</returns>
    public ValueTask<bool> AcquireAsync(RateLimitDecision decision, CancellationToken cancellationToken)
    {
        lock (this)
        {
            if (_retired)
            {
                return new(false);
            }

            Replenish();
            if (_replenisher is not null && !_isAtReplenisher)
            {
                _isAtReplenisher = true;
                _replenisher.Add(this);
            }

            var lease = _limiter.Limiter.AcquireAsync(permitCount: 1, cancellationToken);
            if (!lease.IsCompletedSuccessfully)
            {
                return AwaitAsync(lease.AsTask(), decision);
            }

            _report.Write(lease.Result, decision, isRetired: false);
            return new(true);
        }
    }

    /// <summary>Replenishes the limiter, until it is full or the partition is dropped.</summary>
    public void ReplenishPeriod()
    {
        var now = s_systemClock.Now;
        if (now < _nextReplenishment)
        {
            return;
        }

        try
        {
            _nextReplenishment = now + (_window.Period.Ticks / ReplenishmentsPerPeriod);
            lock (this)
            {
                Replenish();
                if (_retired || _limiter.Limiter.IdleDuration is not null)
                {
                    EndReplenishment();
                }
            }
        }
#pragma warning disable CA1031 // It is called by a timer: an exception would end the process. The next request meets the same one, if it lasts.
        catch (Exception)
#pragma warning restore CA1031
        {
            lock (this)
            {
                EndReplenishment();
            }
        }
    }

    /// <summary>Drops the partition if its limiter is full and idle, so that nothing counted is lost; or in any case.</summary>
    public bool TryRetire(bool always = false)
    {
        try
        {
            lock (this)
            {
                if (_retired)
                {
                    return true;
                }

                if (!always)
                {
                    Replenish();
                    if (!_limiter.IsIdle)
                    {
                        return false;
                    }
                }

                _retired = true;
            }
        }
#pragma warning disable CA1031 // It is called by the timer of the sweeps: an exception would end the process.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.ForeignCleanupFailed(_context.Logger, _context.Plan.PolicyName, exception);
            return false;
        }

        ForeignCleanup.Dispose(_limiter, _context);
        return true;
    }

    public void Dispose() => TryRetire(always: true);

    private async ValueTask<bool> AwaitAsync(Task<RateLimitLease> waiting, RateLimitDecision decision)
    {
        try
        {
            while ((_window.IsReplenished || _carried is not null) && !waiting.IsCompleted)
            {
                // STRL's limiters have no other clock than the system's, so neither has this wait.
                await Task.WhenAny(waiting, Task.Delay(s_replenishmentInterval));
                lock (this)
                {
                    Replenish();
                }
            }
        }
        catch
        {
            // The request ends here, but its place in the queue does not.
            _ = DisposeLaterAsync(waiting);
            throw;
        }

        var lease = await waiting;
        lock (this)
        {
            _report.Write(lease, decision, _retired);
            return true;
        }
    }

    private async Task DisposeLaterAsync(Task<RateLimitLease> waiting)
    {
        await ((Task)waiting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (waiting.IsCompletedSuccessfully)
        {
            ForeignCleanup.Dispose(await waiting, _context);
        }
    }

    private void Replenish()
    {
        if (_retired)
        {
            return;
        }

        _window.Replenish();
        if (_carried?.GiveBack() == false)
        {
            _carried = null;
        }
    }

    private void EndReplenishment()
    {
        _isAtReplenisher = false;
        _replenisher!.Remove(this);
    }
}
