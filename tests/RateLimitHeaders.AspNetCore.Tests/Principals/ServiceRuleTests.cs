namespace RateLimitHeaders.AspNetCore.Tests;

public class ServiceRuleTests
{
    [Fact]
    public async Task FromService_ScopedAndAsync_IsCalledOncePerRequest()
    {
        await using var api = await CallerApi.StartAsync(
            who => who.FromService<ScopedPrincipalResolver>("tenant").FromUser(),
            services => services.AddScoped<ScopedPrincipalResolver>());

        Assert.Equal("tenant t, instance served 1, aborted: True", await api.AskAsync(null, ("Tenant", "t")));
        Assert.Equal("tenant t, instance served 1, aborted: True", await api.AskAsync(null, ("Tenant", "t")));
        Assert.Equal("user Test:sub:s", await api.AskAsync(["sub=s"]));
    }
}
