using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>The permits of a concurrency quota that a request holds in Redis.</summary>
internal sealed class HeldPermits(PlanCalls calls, LeaseKeeper keeper, RedisKey[] keys, int permits, long number)
{
    private readonly Lock _lock = new();
    private bool _isReleased;

    public long Number => number;

    /// <summary>Gets the moment of the last sign of life or, once the permits were released, of that.</summary>
    public long Since { get; private set; } = calls.Plan.TimeProvider.GetTimestamp();

    public bool IsReleased
    {
        get
        {
            lock (_lock)
            {
                return _isReleased;
            }
        }
    }

    /// <summary>Gives the permits back, without waiting for Redis to hear of it.</summary>
    public void Release()
    {
        lock (_lock)
        {
            if (_isReleased)
            {
                return;
            }

            _isReleased = true;
            Since = calls.Plan.TimeProvider.GetTimestamp();
        }

        _ = TellReleaseAsync();
    }

    /// <summary>Says that the permits are still held.</summary>
    public async Task RenewAsync()
    {
        ValueTask<bool> renewed;
        lock (_lock)
        {
            // Sent under the lock, so that a release comes after it and not before.
            if (_isReleased)
            {
                return;
            }

            renewed = calls.KeepAsync(CountScript.Renew, keys, permits, number);
        }

        if (await renewed)
        {
            Since = calls.Plan.TimeProvider.GetTimestamp();
        }
    }

    /// <summary>Says that the permits are free. If Redis does not hear it, the keeper says it again.</summary>
    public async Task TellReleaseAsync()
    {
        if (await calls.KeepAsync(CountScript.Release, keys, permits, number))
        {
            keeper.Forget(this);
        }
    }
}
