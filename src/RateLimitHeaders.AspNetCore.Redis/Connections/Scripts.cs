namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>The scripts.</summary>
internal static class Scripts
{
    /// <summary>Gets the script that does all that there is to do.</summary>
    public static RedisScript Count { get; } = new(Counting("count.lua"));

    /// <summary>
    /// Gets the script that takes and looks, which nearly every call is. It is for plans without concurrency and for callers
    /// without batches, and takes Redis two thirds of the time that <see cref="Count"/> does, which could do it too.
    /// </summary>
    public static RedisScript Take { get; } = new(Counting("take.lua"));

    /// <summary>Gets the same script for several callers.</summary>
    public static RedisScript TakeGroup { get; } = new(TakingSeveral("group.lua"));

    /// <summary>Gets the same script for one caller under several plans, all of which admit a request or none.</summary>
    public static RedisScript TakeCombined { get; } = new(TakingSeveral("combined.lua"));

    /// <summary>Gets the script that keeps bans.</summary>
    public static RedisScript Bans { get; } = new(RedisScript.Read("bans.lua"));

    /// <summary>Gets the script that counts the rejections of a caller.</summary>
    public static RedisScript Rejections { get; } = new(RedisScript.Read("rejections.lua"));

    /// <summary>Gets the script that looks where callers of several plans stand.</summary>
    public static RedisScript LookGroup { get; } = new(Insert(RedisScript.Read("lookgroup.lua"), "count.lua", Count.Text));

    /// <summary>
    /// Gets the script that finds out whether Redis can count: it runs what the others run. It is a write, so that a server
    /// that is full or a replica shows, and leaves nothing behind for long.
    /// </summary>
    public static RedisScript Check { get; } = new(
        "redis.call('SET', KEYS[1], '0', 'PX', 1000) redis.call('SETRANGE', KEYS[1], '0', '1') redis.call('TIME') return redis.call('GET', KEYS[1])");

    /// <summary>
    /// Gets the script that forgets a caller. The client's own method sends UNLINK where it can, which is another command to be
    /// allowed, and has a connection select its database again when it is told to send DEL.
    /// </summary>
    public static RedisScript Delete { get; } = new("return redis.call('DEL', KEYS[1])");

    /// <summary>Gets the text of a script that counts on states, those of other configurations included.</summary>
    private static string Counting(string file) =>
        Insert(Insert(RedisScript.Read(file), "numbers.lua", RedisScript.Read("numbers.lua")), "arrange.lua", RedisScript.Read("arrange.lua"));

    /// <summary>Gets the text of a script that does what <see cref="Take"/> does, again and again.</summary>
    private static string TakingSeveral(string file)
    {
        var text = Insert(RedisScript.Read(file), "several.lua", RedisScript.Read("several.lua"));
        var caller = Take.Text.IndexOf("-- The caller", StringComparison.Ordinal);
        return Insert(Insert(text, "take.lua, up to the caller", Take.Text[..caller]), "take.lua, the caller", Take.Text[caller..]);
    }

    private static string Insert(string text, string place, string inserted) =>
        text.Replace($"--[[ {place} ]]", inserted, StringComparison.Ordinal);
}
