using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>What a connection string must keep. It may hold a password, so that no finding repeats it.</summary>
internal static class ConnectionRules
{
    public static IEnumerable<string> Of(string configuration)
    {
        const string Remedy = "give one of StackExchange.Redis, such as \"localhost:6379\".";
        if (string.IsNullOrWhiteSpace(configuration))
        {
            return [$"UseRedis: the connection string is empty; {Remedy}"];
        }

        try
        {
            return ConfigurationOptions.Parse(configuration).EndPoints.Count > 0
                ? []
                : [$"UseRedis: the connection string names no server; {Remedy}"];
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            return [$"UseRedis: the connection string is not understood ({exception.Message}); {Remedy}"];
        }
    }
}
