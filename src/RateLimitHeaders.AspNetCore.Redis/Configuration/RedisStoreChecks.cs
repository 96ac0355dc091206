using System.Globalization;
using System.Net;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>The requirements of the store's settings and of the plans that it counts, in addition to those of every store.</summary>
internal static class RedisStoreChecks
{
    /// <summary>The section of all settings, in the paths of errors.</summary>
    public const string Section = "Redis";

    private const string Path = $"{Section}:";
    private const string ConnectionRemedy = "give one of StackExchange.Redis, such as \"localhost:6379\".";

    /// <summary>The resolution of Redis' clock: a microsecond.</summary>
    private static readonly TimeSpan s_shortestWindow = TimeSpan.FromMicroseconds(1);

    public static IEnumerable<RateLimitConfigurationError> Settings(RedisStoreOptions options)
    {
        if (string.IsNullOrEmpty(options.KeyPrefix) || options.KeyPrefix.AsSpan().IndexOfAny('{', '}') >= 0 || options.KeyPrefix.Any(char.IsControl))
        {
            yield return new(
                RedisErrorIds.KeyPrefix,
                $"{Path}KeyPrefix",
                $"KeyPrefix is \"{options.KeyPrefix}\"; give a text without braces, which choose the slot in a cluster, and without control characters.");
        }

        if (options.HashKey is { Length: 0 })
        {
            yield return new(RedisErrorIds.HashKey, $"{Path}HashKey", "HashKey is empty; give a secret, or leave it out.");
        }
    }

    /// <summary>Checks a connection string. It may contain a password, so no error repeats it.</summary>
    public static IEnumerable<RateLimitConfigurationError> Connection(RedisStoreOptions options)
    {
        if (options.Configuration is null)
        {
            var key = options.ServiceKey is { } name ? $" with the key \"{name}\"" : "";
            yield return new(
                RedisErrorIds.NoConnection,
                $"{Path}Configuration",
                $"There is no connection string, and no IConnectionMultiplexer{key} among the services; {ConnectionRemedy}");
        }
        else if (Finding(options.Configuration) is { } finding)
        {
            yield return new(RedisErrorIds.Configuration, $"{Path}Configuration", $"The connection string {finding}; {ConnectionRemedy}");
        }
    }

    public static IEnumerable<RateLimitConfigurationError> Plan(PlanDefinition plan) =>
        from quota in plan.Quotas
        let description = quota.Description
        where description.Window < s_shortestWindow
        select new RateLimitConfigurationError(
            RedisErrorIds.Window,
            $"Policies:{plan.PolicyName}:Plans:{plan.TokenType}:Quotas:{description.Name}:Window",
            string.Create(CultureInfo.InvariantCulture, $"Window is {description.Window}; Redis counts time in microseconds, so give one or more."));

    private static string? Finding(string configuration)
    {
        if (string.IsNullOrWhiteSpace(configuration))
        {
            return "is empty";
        }

        try
        {
            var endpoints = ConfigurationOptions.Parse(configuration).EndPoints;
            return endpoints.Count == 0 ? "names no server"
                : endpoints.OfType<DnsEndPoint>().Any(endpoint => endpoint.Host.Contains("://", StringComparison.Ordinal)) ? "names a server by a URL"
                : null;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            // Not even the cause is repeated: if a password contains a comma, the client takes the rest for the name of an option.
            return "has an option that does not exist, or a value that an option cannot have";
        }
    }
}
