using Microsoft.AspNetCore.Http.Timeouts;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The timeout of a request, when it is over.</summary>
internal sealed class EndedTimeout : IHttpRequestTimeoutFeature
{
    public CancellationToken RequestTimeoutToken => new(canceled: true);

    public void DisableTimeout()
    {
    }
}
