using System.Buffers.Binary;
using System.Text;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The bans of a plan and the rejections that lead to them in a <see cref="CompareAndSwapStore"/>, as states under keys of their own.</summary>
/// <param name="store">The store.</param>
/// <param name="keys">The keys.</param>
/// <param name="timeProvider">The clock of this server.</param>
internal sealed class StateBans(CompareAndSwapStore store, StateKeys keys, TimeProvider timeProvider)
{
    // The latest: the state of all bans is loaded and saved whole.
    private const int MostBans = 4_096;

    private const int Number = sizeof(long);
    private const int Entry = (3 * Number) + StateKeys.NameLength;

    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(2);

    /// <summary>Bans a caller, or lifts its ban. Bans that are over are left out, with those that are too many.</summary>
    public async ValueTask SetAsync(string name, TimeSpan lasts) => await ChangeAsync(keys.OfBans, (bytes, now) =>
    {
        var bans = Read(bytes.Span);
        var kept = bans.Where(ban => ban.Name == name).Select(ban => ban.KnownUntil).Append(now + lasts.Ticks).Max();
        bans = [.. bans.Where(ban => ban.Name != name && ban.KnownUntil > now).TakeLast(MostBans - 1)];
        bans.Add(new(name, Math.Max(now, VersionOf(bytes.Span) + 1), now + lasts.Ticks, kept));
        return (Write(bans), bans.Max(ban => ban.KnownUntil) - now);
    });

    /// <summary>Reads what has changed after a version.</summary>
    public async ValueTask<StoredBans> ReadAsync(long after)
    {
        var bytes = (await store.LoadStateAsync(keys.OfBans, CancellationToken.None))?.Bytes ?? default;
        var now = store.GetNow(timeProvider);
        return new(
            Math.Max(after, VersionOf(bytes.Span)),
            [.. Read(bytes.Span).Where(ban => ban.Version > after).Select(ban => new StoredBan(ban.Name, new TimeSpan(Math.Max(0, ban.Until - now))))]);
    }

    /// <summary>Adds to the rejections of a caller.</summary>
    /// <returns>How many there are now.</returns>
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

    private static long NumberAt(ReadOnlySpan<byte> bytes, int place) => BinaryPrimitives.ReadInt64LittleEndian(bytes[(place * Number)..]);

    /// <summary>Gets the version of the last change, which is that of the last ban.</summary>
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

    /// <summary>Changes a state, until no other server is faster.</summary>
    private async ValueTask ChangeAsync(string key, Func<ReadOnlyMemory<byte>, long, (byte[] State, long Lasts)> change)
    {
        using var deadline = new CancellationTokenSource(store.Options.Deadline, timeProvider);
        while (true)
        {
            deadline.Token.ThrowIfCancellationRequested();
            var stored = await store.LoadStateAsync(key, deadline.Token);
            var (state, lasts) = change(stored?.Bytes ?? default, store.GetNow(timeProvider));
            if (await store.TrySaveStateAsync(key, stored, new StoredState(state), new TimeSpan(Math.Max(0, lasts)) + s_margin, deadline.Token))
            {
                return;
            }

            await Task.Yield();
        }
    }
}
