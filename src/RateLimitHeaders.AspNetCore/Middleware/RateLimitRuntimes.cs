namespace RateLimitHeaders.AspNetCore;

/// <summary>The runtimes of the application, one for each pipeline, for the services that look at them.</summary>
internal sealed class RateLimitRuntimes : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<RateLimitRuntime> _runtimes = [];

    public IReadOnlyList<RateLimitRuntime> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _runtimes];
            }
        }
    }

    public void Add(RateLimitRuntime runtime)
    {
        lock (_lock)
        {
            _runtimes.Add(runtime);
        }
    }

    public void Dispose()
    {
        foreach (var runtime in All)
        {
            runtime.Dispose();
        }
    }
}
