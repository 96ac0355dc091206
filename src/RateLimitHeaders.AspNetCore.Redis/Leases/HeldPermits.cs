using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>The permits of a concurrency quota that a request holds in Redis.</summary>
internal sealed class HeldPermits(PlanCalls calls, LeaseKeeper keeper, RedisKey[] keys, int permits, long number)
{
    private readonly Lock _lock = new();
    private bool _isReleased;
    private bool _isRenewing;
    private bool _isTelling;

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

    /// <summary>Says that the permits are still held, unless that is under way: Redis may be slow, and is not to be asked more for it.</summary>
    public async Task RenewAsync()
    {
        ValueTask<bool> renewing;
        lock (_lock)
        {
            // Sent under the lock, so that a release comes after it and not before.
            if (_isReleased || _isRenewing)
            {
                return;
            }

            _isRenewing = true;
            keeper.OnCall();
            renewing = calls.KeepAsync(CountScript.Renew, keys, permits, number);
        }

        var isRenewed = false;
        try
        {
            isRenewed = await renewing;
        }
        finally
        {
            lock (_lock)
            {
                _isRenewing = false;
                if (isRenewed && !_isReleased)
                {
                    Since = calls.Plan.TimeProvider.GetTimestamp();
                }
            }

            keeper.OnAnswer();
        }
    }

    /// <summary>Says that the permits are free, unless that is under way. If Redis does not hear it, the keeper says it again.</summary>
    public async Task TellReleaseAsync()
    {
        lock (_lock)
        {
            if (_isTelling)
            {
                return;
            }

            _isTelling = true;
            keeper.OnCall();
        }

        try
        {
            if (await calls.KeepAsync(CountScript.Release, keys, permits, number))
            {
                keeper.Forget(this);
            }
        }
        finally
        {
            lock (_lock)
            {
                _isTelling = false;
            }

            keeper.OnAnswer();
        }
    }
}
