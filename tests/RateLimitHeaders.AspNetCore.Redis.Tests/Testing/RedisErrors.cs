using System.Reflection;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Makes what the client library throws; not all versions of it let others do so.</summary>
internal static class RedisErrors
{
    public static Exception Server(string message) => Make<RedisServerException>(message);

    public static Exception Connection(string message) => Make<RedisConnectionException>(ConnectionFailureType.SocketFailure, message);

    public static Exception Make<T>(params object[] arguments)
        where T : Exception => (Exception)Activator.CreateInstance(
            typeof(T), BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, binder: null, arguments, culture: null)!;
}
