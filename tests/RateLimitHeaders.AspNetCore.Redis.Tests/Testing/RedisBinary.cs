namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Finds the server that the tests start.</summary>
internal static class RedisBinary
{
    private const string Variable = "RATELIMITHEADERS_REDIS_SERVER";

    private static readonly string s_advice =
        $"install it (on Debian: apt-get install redis-server), or set the environment variable {Variable} to the path of a redis-server or valkey-server.";

    public static string Find() => Find(Environment.GetEnvironmentVariable(Variable), Environment.GetEnvironmentVariable("PATH"));

    /// <exception cref="InvalidOperationException">There is none; the message says what to do.</exception>
    internal static string Find(string? named, string? path)
    {
        if (!string.IsNullOrEmpty(named))
        {
            return File.Exists(named)
                ? named
                : throw new InvalidOperationException($"{Variable} is \"{named}\", and there is no such file. The tests start a Redis of their own: {s_advice}");
        }

        return (path ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "redis-server")).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"The tests start a Redis of their own, and there is no redis-server on this machine: {s_advice}");
    }
}
