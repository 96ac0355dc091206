namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The code that docs/configuration.md shows, where a compiler sees it.</summary>
internal static class ConfigurationSnippets
{
    public static void ByItself(WebApplicationBuilder builder)
    {
        builder.Services.AddRateLimitHeaders();
    }

    public static void EachEndpoint(RateLimitsBuilder limits)
    {
        limits.DefaultPolicy(policy => policy
            .PartitionByMethod()
            .PartitionBy(context => context.GetEndpoint()?.DisplayName)
            .FixedWindow("minute", caller => HttpMethods.IsGet(caller.HttpContext.Request.Method) ? 200 : 60, TimeSpan.FromMinutes(1)));
    }

    public static void ExemptOffice(RateLimitsBuilder limits)
    {
        var office = System.Net.IPNetwork.Parse("192.168.0.0/24");
        limits.ExemptWhen(context =>
            context.Connection.RemoteIpAddress is { } address
            && office.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address));
    }

    public static void Customers(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<CustomerLimits>();
        builder.Services.AddHostedService(services => services.GetRequiredService<CustomerLimits>());
        builder.Services.AddRateLimitHeaders(limits =>
        {
            var customers = limits.ApplicationServices.GetRequiredService<CustomerLimits>();
            limits
                .Principals(principals => principals.FromClaim("customer", tokenType: "customer"))
                .DefaultPolicy(policy => policy
                    .For("customer", plan => plan.FixedWindow("hourly", caller => customers.LimitOf(caller.Principal.Id), TimeSpan.FromHours(1)))
                    .ForAnonymous(plan => plan.FixedWindow("hourly", 60, TimeSpan.FromHours(1))));
        });
    }
}
