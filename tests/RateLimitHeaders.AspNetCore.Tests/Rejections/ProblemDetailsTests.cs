using System.Diagnostics;

namespace RateLimitHeaders.AspNetCore.Tests;

public class ProblemDetailsTests
{
    private const string Fields =
        """
        429
        Cache-Control: no-store
        Retry-After: 60
        X-RateLimit-Limit: 1
        X-RateLimit-Remaining: 0
        X-RateLimit-Reset: 1779545293
        """;

    [Fact]
    public async Task Rejection_WithoutProblemDetailsService_HasTheDraftsProblem()
    {
        await using var api = await StartAsync();

        Assert.Equal(
            $$"""
            {{Fields}}
            Content-Type: application/problem+json

            {"type":"https://iana.org/assignments/http-problem-types#quota-exceeded","title":"Request cannot be satisfied as assigned quota has been exceeded","status":429,"violated-policies":["minute"]}
            """,
            (await RejectedAsync(api)).Text);
        Assert.Equal(
            [(LogLevel.Information, 4,
                "Rejected: policy default, token type anonymous, quota minute, retry after 00:01:00, caller not logged.")], api.Log.Entries);
    }

    [Fact]
    public async Task Rejection_WithProblemDetailsService_HasWhatItAddsToo()
    {
        await using var api = await StartAsync(services => services.AddProblemDetails());

        Assert.Equal(
            $$"""
            {{Fields}}
            Content-Type: application/problem+json

            {"type":"https://iana.org/assignments/http-problem-types#quota-exceeded","title":"Request cannot be satisfied as assigned quota has been exceeded","status":429,"violated-policies":["minute"],"traceId":"trace-1"}
            """,
            (await RejectedAsync(api)).Text);
    }

    [Fact]
    public async Task Rejection_CustomizedProblemDetails_AreWritten()
    {
        await using var api = await StartAsync(services => services.AddProblemDetails(options => options.CustomizeProblemDetails = problem =>
        {
            problem.ProblemDetails.Detail = "Buy more.";
            problem.ProblemDetails.Extensions.Remove("traceId");
        }));

        Assert.Equal(
            $$"""
            {{Fields}}
            Content-Type: application/problem+json

            {"type":"https://iana.org/assignments/http-problem-types#quota-exceeded","title":"Request cannot be satisfied as assigned quota has been exceeded","status":429,"detail":"Buy more.","violated-policies":["minute"]}
            """,
            (await RejectedAsync(api)).Text);
    }

    [Fact]
    public async Task Rejection_CallerAcceptsNoJson_HasNoBody()
    {
        await using var api = await StartAsync(services => services.AddProblemDetails());

        Assert.Equal($"{Fields}\n\n", (await RejectedAsync(api, ("Accept", "text/html"))).Text);
    }

    [Fact]
    public async Task Rejection_CustomizationThrows_IsStillARejection()
    {
        await using var api = await StartAsync(services => services.AddProblemDetails(
            options => options.CustomizeProblemDetails = _ => throw new InvalidOperationException("The customization fails.")));

        Assert.Equal($"{Fields}\n\n", (await RejectedAsync(api)).Text);
        Assert.Contains(
            (LogLevel.Error, 18, "OnRejected or the problem details service failed; the request is still rejected, without the response that it would have written."),
            api.Log.Entries);
    }

    [Fact]
    public async Task Rejection_SeveralQuotasViolated_NamesThem()
    {
        await using var api = await TestApi.StartAsync(limits => limits
            .FixedWindow("minute", 1, TimeSpan.FromMinutes(1))
            .FixedWindow("day", 100, TimeSpan.FromDays(1))
            .FixedWindow("hour", 1, TimeSpan.FromHours(1)));

        Assert.Equal(
            """
            429
            Cache-Control: no-store
            Retry-After: 3600
            X-RateLimit-Limit: 1
            X-RateLimit-Remaining: 0
            X-RateLimit-Reset: 1779548833
            Content-Type: application/problem+json

            {"type":"https://iana.org/assignments/http-problem-types#quota-exceeded","title":"Request cannot be satisfied as assigned quota has been exceeded","status":429,"violated-policies":["minute","hour"]}
            """,
            (await RejectedAsync(api)).Text);
    }

    [Fact]
    public async Task Rejection_CostAboveADynamicLimit_HasNoRetryAfter()
    {
        await using var api = await TestApi.StartAsync(limits => limits.DefaultPolicy(policy => policy
            .Cost(_ => 6)
            .FixedWindow("minute", _ => 5, TimeSpan.FromMinutes(1))));

        // No wait helps, so that there is no moment to come back at.
        Assert.Equal(
            """
            429
            Cache-Control: no-store
            X-RateLimit-Limit: 5
            X-RateLimit-Remaining: 5
            Content-Type: application/problem+json

            {"type":"https://iana.org/assignments/http-problem-types#quota-exceeded","title":"Request cannot be satisfied as assigned quota has been exceeded","status":429,"violated-policies":["minute"]}
            """,
            (await api.SendAsync()).Text);
    }

    private static async Task<TestResponse> RejectedAsync(TestApi api, params (string Name, string Value)[] headers)
    {
        await api.SendAsync();
        return await api.SendAsync(headers: headers);
    }

    private static Task<TestApi> StartAsync(Action<IServiceCollection>? services = null) => TestApi.StartAsync(
        limits => limits.FixedWindow("minute", 1, TimeSpan.FromMinutes(1)),
        services: services,
        before: web => web.Use((HttpContext context, RequestDelegate next) =>
        {
            // An activity's id would take the place of the trace identifier, if there was a listener.
            Activity.Current = null;
            context.TraceIdentifier = "trace-1";
            return next(context);
        }));
}
