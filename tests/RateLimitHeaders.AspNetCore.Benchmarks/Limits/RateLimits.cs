using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>
/// The same limits in ASP.NET Core's words and in ours: a fixed window for each caller.
/// </summary>
internal static class RateLimits
{
    private const string PolicyName = "api";

    public static Endpoint EndpointFor(LimitBy by) => new(
        requestDelegate: null,
        new EndpointMetadataCollection(IsAtEndpoint(by) ? [new EnableRateLimitingAttribute(PolicyName)] : []),
        "GET /");

    public static void AddStock(IServiceCollection services, LimitBy by, Limit limit) => services.AddRateLimiter(options =>
    {
        // One object for all partitions, as a careful user has it.
        var window = new FixedWindowRateLimiterOptions { PermitLimit = limit.Permits, Window = limit.Window };
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        if (IsAtEndpoint(by))
        {
            options.AddPolicy(PolicyName, context => RateLimitPartition.GetFixedWindowLimiter(UserOrAddress(context), _ => window));
        }

        if (by != LimitBy.UserAtEndpoint)
        {
            options.GlobalLimiter = by == LimitBy.Address
                ? PartitionedRateLimiter.Create<HttpContext, IPAddress>(
                    context => RateLimitPartition.GetFixedWindowLimiter(context.Connection.RemoteIpAddress!, _ => window))
                : PartitionedRateLimiter.Create<HttpContext, string>(
                    context => RateLimitPartition.GetFixedWindowLimiter(UserOrAddress(context), _ => window));
        }
    });

    /// <summary>Makes ASP.NET Core's limiter answer a rejected request with what ours answers.</summary>
    public static void AddStockWithProblem(IServiceCollection services, LimitBy by, Limit limit)
    {
        AddStock(services, by, limit);
        services.Configure<RateLimiterOptions>(options => options.OnRejected = WriteProblemAsync);
    }

    public static void AddOurs(IServiceCollection services, LimitBy by, Limit limit, HeaderSetting headers) =>
        services.AddRateLimitHeaders(limits =>
        {
            _ = IsAtEndpoint(by)
                ? limits.AddPolicy(PolicyName, policy => policy.FixedWindow(limit.Permits, limit.Window))
                : limits.FixedWindow(limit.Permits, limit.Window);
            if (by == LimitBy.UserTwice)
            {
                limits.Global(policy => policy.FixedWindow(limit.Permits, limit.Window));
            }

            limits.Headers(families =>
            {
                _ = headers switch
                {
                    HeaderSetting.None => families.When(HeadersWhen.Never),
                    HeaderSetting.XRateLimit => families.XRateLimit(),
                    _ => families.XRateLimit().Bitbucket().Ietf(),
                };
            });
        });

    private static bool IsAtEndpoint(LimitBy by) => by is LimitBy.UserAtEndpoint or LimitBy.UserTwice;

    private static string UserOrAddress(HttpContext context) =>
        context.User.Identity?.Name ?? context.Connection.RemoteIpAddress!.ToString();

    private static async ValueTask WriteProblemAsync(OnRejectedContext context, CancellationToken cancellationToken)
    {
        var response = context.HttpContext.Response;
        response.Headers.CacheControl = "no-store";
        if (context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait))
        {
            response.Headers.RetryAfter = ((long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        var problem = new ProblemDetails
        {
            Status = response.StatusCode,
            Type = "https://iana.org/assignments/http-problem-types#quota-exceeded",
            Title = "Request cannot be satisfied as assigned quota has been exceeded",
            Extensions = { ["violated-policies"] = new[] { "default" } },
        };
        await context.HttpContext.RequestServices.GetRequiredService<IProblemDetailsService>()
            .TryWriteAsync(new ProblemDetailsContext { HttpContext = context.HttpContext, ProblemDetails = problem });
    }
}
