using System.Buffers.Binary;
using System.Text;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>
/// The bans of a plan in Redis, all in one key, and the rejections that lead to them, a key for each caller: <see cref="Scripts.Bans"/>
/// and <see cref="Scripts.Rejections"/> explain what they hold.
/// </summary>
/// <param name="runner">Runs the scripts.</param>
/// <param name="keys">The keys.</param>
/// <param name="testClock">The clock that stands for that of Redis in tests.</param>
internal sealed class RedisBans(IScriptRunner runner, PartitionKeys keys, Func<long>? testClock)
{
    private const int NumberLength = sizeof(double);
    private const int EntryLength = NumberLength + PartitionKeys.NameLength;

    private readonly RedisKey[] _keys = [keys.OfBans];

    /// <summary>Bans a caller, or lifts its ban.</summary>
    public async ValueTask SetAsync(string name, TimeSpan lasts) =>
        await RunAsync(name, Math.Ceiling(lasts.TotalMicroseconds), after: double.MaxValue);

    /// <summary>Reads what has changed after a version.</summary>
    public async ValueTask<StoredBans> ReadAsync(long after)
    {
        var answer = (byte[])(await RunAsync(name: string.Empty, lasts: 0, after))!;
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
    /// <returns>How many there are now.</returns>
    public async ValueTask<long> AddRejectionsAsync(string name, long rejections, TimeSpan within) => (long)await runner.RunAsync(
        Scripts.Rejections, [keys.OfRejections(name)], [rejections, Math.Ceiling(within.TotalMicroseconds), .. TestTime.Of(testClock)]);

    private Task<RedisResult> RunAsync(string name, double lasts, double after) =>
        runner.RunAsync(Scripts.Bans, _keys, [name, lasts, after, .. TestTime.Of(testClock)]);
}
