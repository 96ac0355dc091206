namespace RateLimitHeaders.AspNetCore;

/// <summary>What is done about a request to the endpoints of one resource.</summary>
internal abstract class Policy(string name, string resource) : IDisposable
{
    public string Name => name;

    /// <summary>Gets the name of the group of endpoints, for <c>X-RateLimit-Resource</c>.</summary>
    public string Resource => resource;

    /// <summary>Decides about a request and writes the decision into it.</summary>
    public abstract ValueTask DecideAsync(RequestLimit request);

    /// <summary>Gives back what a foreign limiter lent for as long as the endpoint ran.</summary>
    public virtual void Release(ForeignLease lease)
    {
    }

    public abstract void Dispose();
}
