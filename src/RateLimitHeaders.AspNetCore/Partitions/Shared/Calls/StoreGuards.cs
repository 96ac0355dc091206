namespace RateLimitHeaders.AspNetCore;

/// <summary>The guards of the stores of an application, one for each, which its runtimes and its health checks share.</summary>
internal sealed class StoreGuards : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<StoreGuard> _guards = [];

    public IReadOnlyList<StoreGuard> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _guards];
            }
        }
    }

    /// <summary>Gets the guard of a store. All plans that are counted there share it, and what it knows of the store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="create">Creates the guard, if the store has none yet.</param>
    public StoreGuard For(RateLimitStore store, Func<StoreGuard> create)
    {
        lock (_lock)
        {
            if (_guards.Find(guard => guard.Store == store) is not { } known)
            {
                known = create();
                _guards.Add(known);
            }

            return known;
        }
    }

    public void Dispose()
    {
        foreach (var guard in All)
        {
            guard.Dispose();
        }
    }
}
