namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>The scripts.</summary>
internal static class Scripts
{
    /// <summary>Gets the script with all operations.</summary>
    public static RedisScript Count { get; } = new(Counting("count.lua"));

    /// <summary>
    /// Gets the script that takes costs and reads statuses. It is for plans without concurrency and for callers without batches, and is shorter than
    /// <see cref="Count"/>, which could do the same.
    /// </summary>
    public static RedisScript Take { get; } = new(Counting("take.lua"));

    /// <summary>Gets the script that takes the costs of several callers, each as <see cref="Take"/> does.</summary>
    public static RedisScript TakeGroup { get; } = new(TakingSeveral("group.lua"));

    /// <summary>Gets the script that takes the costs of several plans, as <see cref="Take"/> does for one: of all plans, or of none.</summary>
    public static RedisScript TakeCombined { get; } = new(TakingSeveral("combined.lua"));

    /// <summary>Gets the script that keeps bans.</summary>
    public static RedisScript Bans { get; } = new(RedisScript.Read("bans.lua"));

    /// <summary>Gets the script that counts the rejections of a caller.</summary>
    public static RedisScript Rejections { get; } = new(RedisScript.Read("rejections.lua"));

    /// <summary>Gets the script that reads the statuses of callers of several plans.</summary>
    public static RedisScript LookGroup { get; } = new(Insert(RedisScript.Read("lookgroup.lua"), "count.lua", Count.Text));

    /// <summary>
    /// Gets the script that checks whether Redis can count: it runs the commands of the others. It writes, so that a full server
    /// and a replica are detected, and its key expires soon.
    /// </summary>
    public static RedisScript Check { get; } = new(
        "redis.call('SET', KEYS[1], '0', 'PX', 1000) redis.call('SETRANGE', KEYS[1], '0', '1') redis.call('TIME') return redis.call('GET', KEYS[1])");

    /// <summary>
    /// Gets the script that deletes the state of a caller. The client library's own method sends UNLINK if it can, which needs another permission.
    /// If the method is set to send DEL, it makes a connection select its database again.
    /// </summary>
    public static RedisScript Delete { get; } = new("return redis.call('DEL', KEYS[1])");

    /// <summary>Splits the text of a script at a marker, which is a comment such as <c>--[[ caller ]]</c>.</summary>
    /// <exception cref="InvalidOperationException">The marker is not in the text, or is there more than once.</exception>
    public static (string Before, string After) Split(string text, string marker) => text.Split($"--[[ {marker} ]]") is [var before, var after]
        ? (before, after)
        : throw new InvalidOperationException($"The marker --[[ {marker} ]] must be in the script exactly once.");

    /// <summary>Returns the text of a script that changes states, including those of other configurations.</summary>
    private static string Counting(string file) =>
        Insert(Insert(RedisScript.Read(file), "numbers.lua", RedisScript.Read("numbers.lua")), "arrange.lua", RedisScript.Read("arrange.lua"));

    /// <summary>Returns the text of a script that runs <see cref="Take"/> several times.</summary>
    private static string TakingSeveral(string file)
    {
        var text = Insert(RedisScript.Read(file), "several.lua", RedisScript.Read("several.lua"));
        var (head, caller) = Split(Take.Text, "caller");
        return Insert(Insert(text, "take.lua, up to the caller", head), "take.lua, the caller", caller);
    }

    /// <summary>Replaces a marker in the text of a script.</summary>
    private static string Insert(string text, string marker, string inserted)
    {
        var (before, after) = Split(text, marker);
        return before + inserted + after;
    }
}
