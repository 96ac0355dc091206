using System.Globalization;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>
/// Goes through keys with the command SCAN, some at a time, on one writable server after the other. The cursor contains the number of the
/// server, the cursor of that server and how many keys of its page were seen.
/// </summary>
/// <param name="connection">The connection.</param>
internal sealed class KeyScan(RedisConnection connection)
{
    private const int PageSize = 250;

    /// <summary>Gets some keys.</summary>
    /// <param name="pattern">The pattern of the keys.</param>
    /// <param name="count">The largest number of keys.</param>
    /// <param name="cursor">Where to continue; <see langword="null"/> to begin.</param>
    /// <param name="cancellationToken">Cancels waiting for an answer.</param>
    /// <returns>The keys, and where to continue; <see langword="null"/> if there are no more.</returns>
    /// <exception cref="RateLimitStoreException">There is no answer, or it is an error.</exception>
    public async Task<(IReadOnlyList<RedisKey> Keys, string? Cursor)> RunAsync(
        RedisValue pattern, int count, string? cursor, CancellationToken cancellationToken)
    {
        var (number, place, offset) = Parse(cursor);
        List<RedisKey> keys = [];
        try
        {
            var database = await connection.OpenAsync();
            IServer[] servers = [.. database.Multiplexer.GetServers()
                .Where(server => server is { IsConnected: true, IsReplica: false })
                .OrderBy(server => server.EndPoint.ToString(), StringComparer.Ordinal)];
            for (; number < servers.Length; (number, place, offset) = (number + 1, 0, 0))
            {
                var scanned = servers[number].KeysAsync(database.Database, pattern, PageSize, place, offset);
                await foreach (var key in scanned.WithCancellation(cancellationToken))
                {
                    if (keys.Count == count)
                    {
                        // The position is that of the first key that is not returned.
                        var position = (IScanningCursor)scanned;
                        return (keys, string.Create(CultureInfo.InvariantCulture, $"{number}.{position.Cursor}.{position.PageOffset}"));
                    }

                    keys.Add(key);
                }
            }

            return (keys, null);
        }
        catch (Exception exception) when (exception is RedisException or RedisCommandException or TimeoutException or ObjectDisposedException)
        {
            throw new RateLimitStoreException(
                StoreFailureKind.Call,
                $"The callers cannot be listed: {FailureReasons.Of(exception)} Listing needs the command SCAN, which an access rule allows with +scan, "
                    + "and which proxies do not have.",
                exception);
        }
    }

    private static (int Number, long Place, int Offset) Parse(string? cursor)
    {
        var parts = (cursor ?? "0.0.0").Split('.');
        return parts.Length == 3
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var place)
            && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
                ? (number, place, offset)
                : throw new ArgumentException($"\"{cursor}\" is not a cursor; give one that a listing has returned.", nameof(cursor));
    }
}
