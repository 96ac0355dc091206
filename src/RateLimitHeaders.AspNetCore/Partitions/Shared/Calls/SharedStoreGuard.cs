namespace RateLimitHeaders.AspNetCore;

/// <summary>The guard of the store of an application, which its runtimes and its health checks share.</summary>
internal sealed class SharedStoreGuard : IDisposable
{
    private readonly Lock _lock = new();
    private volatile StoreGuard? _guard;

    /// <summary>Gets the guard; <see langword="null"/> as long as no runtime counts in a store.</summary>
    public StoreGuard? Guard => _guard;

    /// <summary>Returns the guard, or creates it for the first runtime. All plans share it, and its knowledge of the store.</summary>
    public StoreGuard GetOrCreate(Func<StoreGuard> create)
    {
        lock (_lock)
        {
            return _guard ??= create();
        }
    }

    public void Dispose() => _guard?.Dispose();
}
