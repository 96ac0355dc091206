using System.Buffers.Binary;
using System.Text;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>
/// The bans of a plan in Redis, all in one key, and the rejections that lead to them, a key for each caller: <see cref="Scripts.Bans"/>
/// and <see cref="Scripts.Rejections"/> explain their contents.
/// </summary>
/// <param name="runner">Runs the scripts.</param>
/// <param name="keys">The keys.</param>
internal sealed class RedisBans(IScriptRunner runner, RedisKeys keys)
{
    private const int NumberLength = sizeof(double);
    private const int EntryLength = NumberLength + RedisKeys.NameLength;

    private readonly RedisKey[] _keys = [keys.OfBans];

    /// <summary>Bans a caller, or lifts its ban.</summary>
    public async ValueTask SetAsync(string name, TimeSpan lasts) =>
        await RunAsync(name, lasts, after: double.MaxValue);

    /// <summary>Extends the ban of a caller, if it is banned.</summary>
    /// <returns>Whether the caller is banned.</returns>
    public async ValueTask<bool> ExtendAsync(string name, TimeSpan lasts) =>
        (byte[])(await RunAsync(name, lasts, after: double.MaxValue, extends: true))! is not [];

    /// <summary>Reads the changes after a version.</summary>
    public async ValueTask<StoredBans> ReadAsync(long after)
    {
        var answer = (byte[])(await RunAsync(name: string.Empty, lasts: default, after))!;
        var changes = new StoredBan[(answer.Length - NumberLength) / EntryLength];
        for (var i = 0; i < changes.Length; i++)
        {
            var entry = answer.AsSpan(NumberLength + (i * EntryLength), EntryLength);
            var lasts = Math.Clamp(BinaryPrimitives.ReadDoubleLittleEndian(entry), 0, TimeSpan.MaxValue.TotalMicroseconds);
            changes[i] = new(Encoding.ASCII.GetString(entry[NumberLength..]), TimeSpan.FromMicroseconds(lasts));
        }

        return new((long)BinaryPrimitives.ReadDoubleLittleEndian(answer), changes);
    }

    /// <summary>Adds to the rejections of a caller.</summary>
    /// <returns>The number of stored rejections.</returns>
    public async ValueTask<long> AddRejectionsAsync(string name, long rejections, TimeSpan within) => (long)await runner.RunAsync(
        Scripts.Rejections, [keys.OfRejections(name)], [rejections, Math.Ceiling(within.TotalMicroseconds)]);

    private Task<RedisResult> RunAsync(string name, TimeSpan lasts, double after, bool extends = false) => runner.RunAsync(
        Scripts.Bans, _keys, [name, Math.Ceiling(lasts.TotalMicroseconds), after, extends ? 1 : 0]);
}
