using System.Buffers.Binary;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The counts of a caller under a plan, as a <see cref="CompareAndSwapStore"/> keeps them.</summary>
/// <remarks>
/// The bytes are a version, then 64-bit integers, the lowest byte first: when the state began; the latest moment at which it was
/// counted; the numbers of quotas, holds and batches that follow; each quota's number (<see cref="StatePlan.Numbers"/>), the moment
/// from which it contains no information, the number of its words, and these; each hold's number, permits and end; each batch's end
/// and permits. Moments are ticks of 100 ns since the Unix epoch. The first word of a quota is its limit, a double, negative for the
/// quota's own: that one may change in configuration, while a caller's own is kept. The other words are those with which
/// <see cref="Quota"/> counts: a change of their meaning changes the version.
/// <para>
/// A state contains which quotas it has, so that quotas that stay keep counting when others of the plan change. Quotas that the plan
/// does not have are kept until they contain no information: another server, which reads its configuration later, may have them.
/// </para>
/// </remarks>
internal sealed class CallerState
{
    private const byte Version = 2;
    private const int Head = 5;
    private const int QuotaHead = 3;
    private const int HoldNumbers = 3;
    private const int BatchNumbers = 2;

    private readonly StatePlan _plan;
    private readonly bool[] _hasOwnLimit;
    private readonly bool[] _begins;

    private CallerState(StatePlan plan, long[] words, bool[] hasOwnLimit, bool[] begins)
    {
        _plan = plan;
        _hasOwnLimit = hasOwnLimit;
        _begins = begins;
        Words = words;
    }

    /// <summary>Gets a value indicating whether nothing is known about the caller.</summary>
    public bool IsNew { get; private set; }

    /// <summary>Gets or sets when the state began: it does not contain earlier charges.</summary>
    public long Born { get; set; }

    /// <summary>Gets or sets the latest moment at which it was counted.</summary>
    public long Time { get; set; }

    /// <summary>Gets the counts, as the quotas lay them out.</summary>
    public long[] Words { get; }

    /// <summary>Gets the permits that requests hold.</summary>
    public List<StoredHold> Holds { get; private init; } = [];

    /// <summary>Gets the batches, the earliest end first.</summary>
    public List<StoredBatch> Batches { get; private init; } = [];

    /// <summary>Gets the counts of quotas that the plan does not have.</summary>
    public List<StoredQuota> Others { get; private init; } = [];

    /// <summary>Begins the state of a caller about which nothing is known.</summary>
    public static CallerState Begin(StatePlan plan, long now)
    {
        var state = Empty(plan);
        (state.IsNew, state.Born, state.Time) = (true, now, now);
        return state;
    }

    /// <summary>Reads a state.</summary>
    /// <exception cref="RateLimitStoreException">The bytes are no state.</exception>
    public static CallerState Read(StoredState stored, StatePlan plan)
    {
        var bytes = stored.Bytes.Span;
        if (bytes.IsEmpty || bytes[0] != Version)
        {
            throw NotAState();
        }

        var state = Empty(plan);
        var rest = bytes[1..];
        state.Born = Next(ref rest);
        state.Time = Next(ref rest);
        var (quotas, holds, batches) = (Next(ref rest), Next(ref rest), Next(ref rest));
        for (var i = 0; i < quotas; i++)
        {
            state.Add(new StoredQuota(Next(ref rest), Next(ref rest), NextWords(ref rest)));
        }

        for (var i = 0; i < holds; i++)
        {
            state.Holds.Add(new StoredHold(Next(ref rest), Next(ref rest), Next(ref rest)));
        }

        for (var i = 0; i < batches; i++)
        {
            state.Batches.Add(new StoredBatch(Next(ref rest), Next(ref rest)));
        }

        if (!rest.IsEmpty)
        {
            throw NotAState();
        }

        for (var i = 0; i < plan.Count; i++)
        {
            if (state._begins[i] && plan.Quotas.Quotas[i] is TokenBucketQuota)
            {
                TokenBucketQuota.BeginAgain(plan.Slice(state.Words, i), state.Time);
            }
        }

        return state;
    }

    public StoredState Write()
    {
        StoredQuota[] quotas = [.. Enumerable.Range(0, _plan.Count).Select(ToStored), .. Others];
        var count = Head + quotas.Sum(quota => QuotaHead + quota.Words.Length) + (HoldNumbers * Holds.Count) + (BatchNumbers * Batches.Count);
        var bytes = new byte[1 + (count * sizeof(long))];
        bytes[0] = Version;
        var rest = bytes.AsSpan(1);
        Add(ref rest, Born);
        Add(ref rest, Time);
        Add(ref rest, quotas.Length);
        Add(ref rest, Holds.Count);
        Add(ref rest, Batches.Count);
        foreach (var (number, fullAt, words) in quotas)
        {
            Add(ref rest, number);
            Add(ref rest, fullAt);
            Add(ref rest, words.Length);
            foreach (var word in words)
            {
                Add(ref rest, word);
            }
        }

        foreach (var (number, permits, end) in Holds)
        {
            Add(ref rest, number);
            Add(ref rest, permits);
            Add(ref rest, end);
        }

        foreach (var (end, permits) in Batches)
        {
            Add(ref rest, end);
            Add(ref rest, permits);
        }

        return new StoredState(bytes);
    }

    /// <summary>Copies the state, for a change that may be dropped.</summary>
    public CallerState Copy() => new(_plan, (long[])Words.Clone(), (bool[])_hasOwnLimit.Clone(), (bool[])_begins.Clone())
    {
        IsNew = IsNew,
        Born = Born,
        Time = Time,
        Holds = [.. Holds],
        Batches = [.. Batches],
        Others = [.. Others],
    };

    /// <summary>Sets the limits from now on. Used permits stay used.</summary>
    /// <param name="limits">The limits; <see cref="double.NaN"/> or an empty list keeps a limit, or uses the quota's own.</param>
    /// <param name="initial">Those of quotas about which nothing is known yet; an empty list for the quotas' own.</param>
    /// <param name="now">The present moment.</param>
    /// <returns>Whether a limit has changed.</returns>
    public bool SetLimits(ReadOnlySpan<double> limits, ReadOnlySpan<double> initial, long now)
    {
        var isChanged = false;
        Span<double> next = stackalloc double[_plan.Count];
        for (var i = 0; i < next.Length; i++)
        {
            var given = limits.IsEmpty ? double.NaN : limits[i];
            if (double.IsNaN(given) && _begins[i] && !initial.IsEmpty)
            {
                given = initial[i];
            }

            _hasOwnLimit[i] &= double.IsNaN(given);
            next[i] = _hasOwnLimit[i] ? _plan.Quotas.Quotas[i].Limit : double.IsNaN(given) ? _plan.Limit(Words, i) : given;
            isChanged |= next[i] != _plan.Limit(Words, i);
        }

        _plan.Quotas.SetLimits(Words, next, now);
        return isChanged;
    }

    /// <summary>Records that there is something to save.</summary>
    public void Change(long now)
    {
        IsNew = false;
        Time = now;
        Array.Clear(_begins);
    }

    private static CallerState Empty(StatePlan plan)
    {
        var state = new CallerState(plan, new long[plan.Quotas.StateLength], new bool[plan.Count], new bool[plan.Count]);
        plan.Quotas.Initialize(state.Words);
        Array.Fill(state._hasOwnLimit, true);
        Array.Fill(state._begins, true);
        return state;
    }

    private void Add(StoredQuota quota)
    {
        var place = Array.IndexOf(_plan.Numbers, quota.Number);
        if (place < 0)
        {
            Others.Add(quota);
            return;
        }

        var words = _plan.Slice(Words, place);
        if (words.Length != quota.Words.Length)
        {
            throw NotAState();
        }

        quota.Words.CopyTo(words);
        var limit = _plan.Limit(Words, place);
        words[0] = BitConverter.DoubleToInt64Bits(Math.Abs(limit));
        _hasOwnLimit[place] = limit < 0;
        _begins[place] = false;
    }

    private StoredQuota ToStored(int place)
    {
        var words = _plan.Slice(Words, place).ToArray();
        var limit = _plan.Limit(Words, place);
        words[0] = BitConverter.DoubleToInt64Bits(_hasOwnLimit[place] ? -limit : limit);
        return new StoredQuota(_plan.Numbers[place], StateTime.FullAt(_plan, this, place, Time), words);
    }

    private static RateLimitStoreException NotAState() => new(
        StoreFailureKind.Call, "a caller's state is not one that this version of the library understands; delete it, or choose another KeyPrefix.");

    private static long Next(ref ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < sizeof(long))
        {
            throw NotAState();
        }

        var number = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        bytes = bytes[sizeof(long)..];
        return number;
    }

    private static long[] NextWords(ref ReadOnlySpan<byte> bytes)
    {
        var count = Next(ref bytes);
        if (count < 1 || count > bytes.Length / sizeof(long))
        {
            throw NotAState();
        }

        var words = new long[count];
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = Next(ref bytes);
        }

        return words;
    }

    private static void Add(ref Span<byte> bytes, long number)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        bytes = bytes[sizeof(long)..];
    }
}
