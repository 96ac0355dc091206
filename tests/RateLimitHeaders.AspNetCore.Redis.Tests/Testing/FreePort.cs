using System.Net;
using System.Net.Sockets;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>
/// Finds ports for servers that start a little later. They are below those that the system gives to connections and to programs
/// that ask for any port, and each is given once, so that no other server takes it meanwhile.
/// </summary>
internal static class FreePort
{
    private const int First = 15_000;
    private const int Count = 15_000;

    private static int s_last = Random.Shared.Next(Count);

    public static int Next()
    {
        for (var attempt = 0; attempt < Count; attempt++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref s_last) % Count);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // It is taken.
            }
        }

        throw new InvalidOperationException("There is no free port.");
    }
}
