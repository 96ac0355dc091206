using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Calls <see cref="Scripts.Count"/>.</summary>
/// <param name="runner">Runs the script.</param>
internal sealed class CountCalls(IScriptRunner runner)
{
    private static readonly RedisValue s_none = Array.Empty<byte>();

    /// <summary>Calls the script.</summary>
    /// <param name="operation">The operation, one of <see cref="CountOperations"/>.</param>
    /// <param name="keys">The caller's key.</param>
    /// <param name="call">The call, as <see cref="PlanCodec"/> writes it.</param>
    /// <param name="terms">The third argument, if there is one.</param>
    /// <param name="marks">The fourth argument, if there is one.</param>
    public async Task<byte[]?> RunAsync(RedisValue operation, RedisKey[] keys, RedisValue call, RedisValue? terms = null, RedisValue? marks = null) =>
        (byte[]?)await runner.RunAsync(Scripts.Count, keys, [operation, call, terms ?? s_none, marks ?? s_none]);
}
