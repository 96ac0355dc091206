namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>The gateways of the application, for its health check. Each store adds its own when the pipeline is built.</summary>
internal sealed class RedisGateways
{
    private readonly Lock _lock = new();
    private readonly List<ScriptGateway> _gateways = [];

    public IReadOnlyList<ScriptGateway> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _gateways];
            }
        }
    }

    public void Add(ScriptGateway gateway)
    {
        lock (_lock)
        {
            _gateways.Add(gateway);
        }
    }
}
