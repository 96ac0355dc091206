using System.Buffers.Binary;
using System.Text;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>The bans of a plan in Redis, all in one key: <see cref="Scripts.Bans"/> explains what it holds.</summary>
/// <param name="runner">Runs the script.</param>
/// <param name="key">The key.</param>
/// <param name="testClock">The clock that stands for that of Redis in tests.</param>
internal sealed class RedisBans(IScriptRunner runner, RedisKey key, Func<long>? testClock)
{
    private const int NumberLength = sizeof(double);
    private const int EntryLength = NumberLength + PartitionKeys.NameLength;

    private readonly RedisKey[] _keys = [key];

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

    private Task<RedisResult> RunAsync(string name, double lasts, double after) =>
        runner.RunAsync(Scripts.Bans, _keys, [name, lasts, after, .. TestTime.Of(testClock)]);
}
