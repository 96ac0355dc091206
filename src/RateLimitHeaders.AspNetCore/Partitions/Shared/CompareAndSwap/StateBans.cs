using System.Buffers.Binary;
using System.Text;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The bans of a plan and the rejections that lead to them in a <see cref="CompareAndSwapStore"/>, as states under keys of their own.</summary>
/// <param name="store">The store.</param>
/// <param name="keys">The keys.</param>
/// <param name="timeProvider">The clock of this server.</param>
internal sealed class StateBans(CompareAndSwapStore store, StateKeys keys, TimeProvider timeProvider)
{
    // The latest bans: the state of all bans is loaded and saved as a whole.
    private const int MostBans = 4_096;

    private const int Number = sizeof(long);
    private const int Entry = (3 * Number) + StateKeys.NameLength;

    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(2);

    /// <summary>Bans a caller, or lifts its ban.</summary>
    public async ValueTask SetAsync(string name, TimeSpan lasts) =>
        await ChangeAsync(keys.OfBans, (bytes, now) => Changed(bytes.Span, name, now, now + lasts.Ticks));

    /// <summary>Extends the ban of a caller, if it is banned.</summary>
    /// <returns>Whether the caller is banned.</returns>
    public ValueTask<bool> ExtendAsync(string name, TimeSpan lasts) => ChangeAsync(keys.OfBans, (bytes, now) =>
    {
        var until = Read(bytes.Span).Find(ban => ban.Name == name).Until;
        return until > now ? Changed(bytes.Span, name, now, Math.Max(until, now + lasts.Ticks)) : null;
    });

    /// <summary>Reads the changes after a version.</summary>
    public async ValueTask<StoredBans> ReadAsync(long after)
    {
        var stored = await store.RunInTimeAsync(timeProvider, inTime => store.LoadStateAsync(keys.OfBans, inTime));
        var bytes = stored?.Bytes ?? default;
        var now = store.GetNow(timeProvider);
        return new(
            Math.Max(after, VersionOf(bytes.Span)),
            [.. Read(bytes.Span).Where(ban => ban.Version > after).Select(ban => new StoredBan(ban.Name, new TimeSpan(Math.Max(0, ban.Until - now))))]);
    }

    /// <summary>Adds to the rejections of a caller.</summary>
    /// <returns>The number of stored rejections.</returns>
    public async ValueTask<long> AddRejectionsAsync(string name, long rejections, TimeSpan within)
    {
        long sum = 0;
        await ChangeAsync(keys.OfRejections(name), (bytes, now) =>
        {
            var (until, before) = bytes.IsEmpty ? (0, 0) : (NumberAt(bytes.Span, 0), NumberAt(bytes.Span, 1));
            (until, before) = until > now ? (Math.Min(until, now + within.Ticks), before) : (now + within.Ticks, 0);
            sum = within > TimeSpan.Zero ? before + rejections : 0;
            var state = new byte[2 * Number];
            BinaryPrimitives.WriteInt64LittleEndian(state, until);
            BinaryPrimitives.WriteInt64LittleEndian(state.AsSpan(Number), sum);
            return (state, until - now);
        });
        return sum;
    }

    /// <summary>Returns all bans, with another end of one. Those that are over, or too many, are left out.</summary>
    private static (byte[] State, long Lasts)? Changed(ReadOnlySpan<byte> bytes, string name, long now, long until)
    {
        var (version, bans) = (Math.Max(now, VersionOf(bytes) + 1), Read(bytes));
        var kept = Math.Max(until, bans.Find(ban => ban.Name == name).KnownUntil);
        bans = [.. bans.Where(ban => ban.Name != name && ban.KnownUntil > now).TakeLast(MostBans - 1), new(name, version, until, kept)];
        return (Write(bans), bans.Max(ban => ban.KnownUntil) - now);
    }

    private static long NumberAt(ReadOnlySpan<byte> bytes, int place) => BinaryPrimitives.ReadInt64LittleEndian(bytes[(place * Number)..]);

    /// <summary>Returns the version of the last change, which is that of the last ban.</summary>
    private static long VersionOf(ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? 0 : NumberAt(bytes[^Entry..], 0);

    private static List<StateBan> Read(ReadOnlySpan<byte> bytes)
    {
        var bans = new List<StateBan>(bytes.Length / Entry);
        for (; !bytes.IsEmpty; bytes = bytes[Entry..])
        {
            bans.Add(new(
                Encoding.ASCII.GetString(bytes[(3 * Number)..Entry]), NumberAt(bytes, 0), NumberAt(bytes, 1), NumberAt(bytes, 2)));
        }

        return bans;
    }

    private static byte[] Write(List<StateBan> bans)
    {
        var bytes = new byte[bans.Count * Entry];
        for (var i = 0; i < bans.Count; i++)
        {
            var entry = bytes.AsSpan(i * Entry);
            BinaryPrimitives.WriteInt64LittleEndian(entry, bans[i].Version);
            BinaryPrimitives.WriteInt64LittleEndian(entry[Number..], bans[i].Until);
            BinaryPrimitives.WriteInt64LittleEndian(entry[(2 * Number)..], bans[i].KnownUntil);
            Encoding.ASCII.GetBytes(bans[i].Name, entry[(3 * Number)..]);
        }

        return bytes;
    }

    /// <summary>Changes a state, and repeats it until no other server is faster.</summary>
    /// <param name="key">The key.</param>
    /// <param name="change">Returns the changed state, or <see langword="null"/> if there is nothing to change.</param>
    /// <returns>Whether there was something to change.</returns>
    private ValueTask<bool> ChangeAsync(string key, Func<ReadOnlyMemory<byte>, long, (byte[] State, long Lasts)?> change)
    {
        var (started, deadline) = (timeProvider.GetTimestamp(), store.Options.Deadline);
        return store.RunInTimeAsync(timeProvider, async inTime =>
        {
            var conflicts = 0;
            for (; !StateConflicts.AreTooMany(conflicts, timeProvider.GetElapsedTime(started), deadline); conflicts++)
            {
                await StateConflicts.PauseAsync(conflicts, deadline, timeProvider);
                var stored = await store.LoadStateAsync(key, inTime);
                if (change(stored?.Bytes ?? default, store.GetNow(timeProvider)) is not var (state, lasts))
                {
                    return false;
                }

                if (await store.TrySaveStateAsync(key, stored, new StoredState(state), new TimeSpan(Math.Max(0, lasts)) + s_margin, inTime))
                {
                    return true;
                }
            }

            throw StateConflicts.Failure(conflicts);
        });
    }
}
