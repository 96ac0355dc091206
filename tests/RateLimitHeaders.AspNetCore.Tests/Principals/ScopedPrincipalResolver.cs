namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Takes its time, and tells how many requests this instance has served.</summary>
internal sealed class ScopedPrincipalResolver : IRateLimitPrincipalResolver
{
    private int _served;

    public async ValueTask<RateLimitIdentity?> ResolveAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var tenant = context.Request.Headers["Tenant"].ToString();
        await Task.Yield();
        return tenant switch
        {
            "" => null,
            "fails" => throw new InvalidOperationException("The tenants cannot be read."),
            "undeclared" => new RateLimitPrincipal("stranger", "x"),
            _ => new RateLimitPrincipal(
                "tenant", $"{tenant}, instance served {++_served}, aborted: {cancellationToken == context.RequestAborted}"),
        };
    }
}
