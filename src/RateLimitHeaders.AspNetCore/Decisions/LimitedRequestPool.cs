using Microsoft.Extensions.ObjectPool;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The objects of requests that are over, for the next ones.</summary>
/// <remarks>
/// Each thread keeps one for itself, because a request mostly ends where another begins: this takes 10 ns less than the two
/// interlocked operations of the pool, for which the threads of a busy server also wait for each other.
/// </remarks>
internal static class LimitedRequestPool
{
    // Beyond this many at the same time, the objects are created and dropped.
    private const int KeptRequests = 1_024;

    private static readonly DefaultObjectPool<LimitedRequest> s_shared = new(new DefaultPooledObjectPolicy<LimitedRequest>(), KeptRequests);

    [ThreadStatic]
    private static LimitedRequest? s_own;

    public static LimitedRequest Get()
    {
        var own = s_own;
        s_own = null;
        return own ?? s_shared.Get();
    }

    /// <summary>Ends a request and returns its object to the pool, unless a store has an answer outstanding.</summary>
    public static void Return(LimitedRequest request)
    {
        if (!request.Complete())
        {
            return;
        }

        if (s_own is null)
        {
            s_own = request;
        }
        else
        {
            s_shared.Return(request);
        }
    }
}
