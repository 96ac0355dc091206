using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>What is done about a request to the endpoints of one resource.</summary>
internal abstract class Policy(string name, string resource, ILogger logger) : IDisposable
{
    public string Name => name;

    /// <summary>Gets the name of the group of endpoints, for <c>X-RateLimit-Resource</c>.</summary>
    public string Resource => resource;

    protected ILogger Logger => logger;

    /// <summary>Decides about a request and writes the decision into it.</summary>
    public abstract ValueTask DecideAsync(RequestLimit request);

    /// <summary>Gives back what was lent for as long as the endpoint ran.</summary>
    public void Release(ExternalLease lease)
    {
        try
        {
            lease.Dispose();
        }
#pragma warning disable CA1031 // The endpoint has answered; what the lease throws is no answer.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.ForeignCleanupFailed(Logger, Name, exception);
        }
    }

    public abstract void Dispose();
}
