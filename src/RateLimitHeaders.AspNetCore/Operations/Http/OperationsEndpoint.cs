namespace RateLimitHeaders.AspNetCore;

/// <summary>Metadata of endpoints by which operators act, all of which require authorization.</summary>
internal sealed class OperationsEndpoint
{
    public static readonly OperationsEndpoint Instance = new();

    private OperationsEndpoint()
    {
    }
}
