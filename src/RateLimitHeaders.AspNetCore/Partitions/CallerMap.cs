using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace RateLimitHeaders.AspNetCore;

/// <summary>State that this server keeps of the callers of a plan for some time, for at most a given number of callers.</summary>
/// <typeparam name="TValue">The state of a caller.</typeparam>
#pragma warning disable CA1001 // The timer ends by itself, when there is nothing to sweep, or with the map.
internal sealed class CallerMap<TValue>
#pragma warning restore CA1001
    where TValue : class
{
    private const int FirstSweep = 1_024;

    // Without this pause, each new caller at a full map would start a sweep of all entries.
    private const long SweepPause = TimeSpan.TicksPerSecond;

    // What a flood has left is removed after it, too.
    private static readonly TimeSpan s_sweepInterval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<RateLimitPrincipal, TValue> _values = [];
    private readonly RateLimitClock _clock;
    private readonly int _capacity;
    private readonly Func<TValue, long, bool> _isOver;
    private readonly BusyTimer _sweeps;
    private int _count;
    private int _sweepAt;
    private int _isSweeping;
    private long _nextSweep = long.MinValue;

    /// <param name="clock">The clock.</param>
    /// <param name="capacity">The largest number of callers. The state of further callers is not kept.</param>
    /// <param name="isOver">Returns whether a value has expired at a moment.</param>
    public CallerMap(RateLimitClock clock, int capacity, Func<TValue, long, bool> isOver)
    {
        _clock = clock;
        _capacity = capacity;
        _isOver = isOver;
        _sweepAt = Math.Min(FirstSweep, capacity);
        _sweeps = new BusyTimer(clock.TimeProvider, s_sweepInterval, TrySweep, () => Count > 0);
    }

    /// <summary>Gets the number of callers.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Gets the callers. Those with long ids are left out, because only their hashes are kept.</summary>
    public IEnumerable<RateLimitPrincipal> Callers =>
        _values.Select(pair => pair.Key).Where(principal => principal.TextId is not { } id || !LongIds.IsHash(id));

    /// <summary>Gets the values of all callers.</summary>
    public IReadOnlyCollection<TValue> Values => [.. _values.Values];

    /// <summary>Finds the value of a caller if it has not expired.</summary>
    public bool TryGet(in RateLimitPrincipal principal, long now, [NotNullWhen(true)] out TValue? value)
    {
        value = null;
        if (Count == 0)
        {
            return false;
        }

        var key = KeyOf(principal);
        if (!_values.TryGetValue(key, out var found))
        {
            return false;
        }

        if (_isOver(found, now))
        {
            RemoveKey(key, found);
            return false;
        }

        value = found;
        return true;
    }

    /// <summary>Sets the value of a caller, whatever its previous value.</summary>
    public void Set(in RateLimitPrincipal principal, TValue value)
    {
        var key = KeyOf(principal);
        while (true)
        {
            if (_values.TryGetValue(key, out var before))
            {
                if (_values.TryUpdate(key, value, before))
                {
                    return;
                }
            }
            else if (!HasRoom() || TryAdd(key, value))
            {
                return;
            }
        }
    }

    /// <summary>Sets the value of a caller, if no other value was set since.</summary>
    /// <param name="principal">The caller.</param>
    /// <param name="before">The value that <see cref="TryGet"/> has found; <see langword="null"/> for none.</param>
    /// <param name="value">The new value.</param>
    /// <returns><see langword="false"/> if another thread was faster, or there is no room for another caller.</returns>
    public bool TryReplace(in RateLimitPrincipal principal, TValue? before, TValue value)
    {
        var key = KeyOf(principal);
        if (before is not null)
        {
            return _values.TryUpdate(key, value, before);
        }

        return HasRoom() && TryAdd(key, value);
    }

    /// <summary>Returns the value of a caller if it has not expired, or sets one now.</summary>
    /// <returns><see langword="null"/> if there is no room.</returns>
    public TValue? GetOrAdd(in RateLimitPrincipal principal, long now, Func<TValue> create)
    {
        var key = KeyOf(principal);
        while (true)
        {
            if (TryGet(principal, now, out var value))
            {
                return value;
            }

            if (!HasRoom())
            {
                return null;
            }

            value = create();
            if (TryAdd(key, value))
            {
                return value;
            }
        }
    }

    /// <summary>Continues the values of another map that have not expired.</summary>
    /// <param name="others">The other map.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="choose">Chooses from the value of the other map and the value of this one, which may be missing.</param>
    public void TakeOver(CallerMap<TValue> others, long now, Func<TValue, TValue?, TValue> choose)
    {
        foreach (var (key, other) in others._values)
        {
            if (_isOver(other, now))
            {
                continue;
            }

            if (_values.TryGetValue(key, out var mine))
            {
                _values.TryUpdate(key, choose(other, mine), mine);
            }
            else if (HasRoom())
            {
                TryAdd(key, choose(other, null));
            }
        }
    }

    /// <summary>Removes a caller, if it has this value.</summary>
    public void Remove(in RateLimitPrincipal principal, TValue value) => RemoveKey(KeyOf(principal), value);

    /// <summary>Removes a caller.</summary>
    public void Remove(in RateLimitPrincipal principal)
    {
        var key = KeyOf(principal);
        if (Count > 0 && _values.TryGetValue(key, out var value))
        {
            RemoveKey(key, value);
        }
    }

    /// <summary>Removes all callers.</summary>
    public void Clear()
    {
        foreach (var (key, value) in _values)
        {
            RemoveKey(key, value);
        }
    }

    private static RateLimitPrincipal KeyOf(in RateLimitPrincipal principal)
    {
        if (principal.TextId is not { } id)
        {
            return principal;
        }

        var key = LongIds.Of(id);
        return ReferenceEquals(key, id) ? principal : new RateLimitPrincipal(principal.TokenType, key);
    }

    private bool HasRoom()
    {
        if (Count < Volatile.Read(ref _sweepAt))
        {
            return true;
        }

        if (_clock.Now >= Volatile.Read(ref _nextSweep))
        {
            TrySweep();
        }

        return Count < _capacity;
    }

    private void TrySweep()
    {
        if (Interlocked.Exchange(ref _isSweeping, 1) != 0)
        {
            return;
        }

        var now = _clock.Now;
        foreach (var (key, value) in _values)
        {
            if (_isOver(value, now))
            {
                RemoveKey(key, value);
            }
        }

        // The next one when there are twice as many as this one left, which makes the sweeps cheap on the whole.
        Volatile.Write(ref _sweepAt, (int)Math.Clamp(2L * Count, Math.Min(FirstSweep, _capacity), _capacity));
        Volatile.Write(ref _nextSweep, now + SweepPause);
        Volatile.Write(ref _isSweeping, 0);
    }

    private bool TryAdd(RateLimitPrincipal key, TValue value)
    {
        if (!_values.TryAdd(key, value))
        {
            return false;
        }

        Interlocked.Increment(ref _count);
        _sweeps.Start();
        return true;
    }

    private void RemoveKey(RateLimitPrincipal key, TValue value)
    {
        if (_values.TryRemove(new KeyValuePair<RateLimitPrincipal, TValue>(key, value)))
        {
            Interlocked.Decrement(ref _count);
        }
    }
}
