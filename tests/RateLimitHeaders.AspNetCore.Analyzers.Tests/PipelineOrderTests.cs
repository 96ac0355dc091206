using Microsoft.CodeAnalysis.Testing;
using Order = RateLimitHeaders.AspNetCore.Analyzers.Tests.Check<
    RateLimitHeaders.AspNetCore.Analyzers.PipelineOrderAnalyzer, RateLimitHeaders.AspNetCore.CodeFixes.PipelineOrderFix>;

namespace RateLimitHeaders.AspNetCore.Analyzers.Tests;

/// <summary>Calls of <c>UseRateLimitHeaders()</c> on the wrong side of another middleware (RLH1001, RLH1002).</summary>
public sealed class PipelineOrderTests
{
    [Theory]
    [InlineData("UseForwardedHeaders", "behind a proxy, all callers share a limit")]
    [InlineData("UseRouting", "it does not see the rate limiting metadata of endpoints")]
    [InlineData("UseCors", "a browser reports a network error instead of the status of a rejection")]
    [InlineData("UseAuthentication", "users are limited by their client IP address")]
    public Task UseRateLimitHeaders_BeforeAMiddlewareThatItNeeds_IsFound(string middleware, string consequence) => Order.TellsAsync(
        $$"""
        var app = WebApplication.Create();
        app.{|#0:UseRateLimitHeaders|}();
        app.UseStaticFiles().{{middleware}}();
        app.Run();
        """,
        (DiagnosticResult.CompilerWarning("RLH1001"), $"UseRateLimitHeaders() runs before {middleware}(): {consequence}. Place it after {middleware}()."));

    [Fact]
    public Task UseRateLimitHeaders_AfterUseEndpoints_IsFound() => Order.TellsAsync(
        """
        static void Configure(IApplicationBuilder app)
        {
            app.UseRouting().UseEndpoints(_ => { });
            app.{|#0:UseRateLimitHeaders|}();
        }
        """,
        (DiagnosticResult.CompilerWarning("RLH1001"), "UseRateLimitHeaders() runs after UseEndpoints(): requests of endpoints are not limited. Place it before UseEndpoints()."));

    [Fact]
    public Task UseRateLimitHeaders_AfterUseAuthorization_IsSuggested() => Order.TellsAsync(
        """
        var app = WebApplication.Create();
        app.UseRouting().UseAuthentication().UseAuthorization().{|#0:UseRateLimitHeaders|}();
        app.Run();
        """,
        (new DiagnosticResult("RLH1002", Microsoft.CodeAnalysis.DiagnosticSeverity.Info), "UseRateLimitHeaders() runs after UseAuthorization(): requests that authorization stops are not limited. Place it before UseAuthorization()."));

    [Theory]
    [InlineData("AddAuthorization()")]
    [InlineData("AddAuthorizationBuilder()")]
    public Task UseRateLimitHeaders_OfAWebApplicationThatAddsAuthorizationByItself_IsSuggested(string services) => Order.TellsAsync(
        $$"""
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.{{services}};
        var app = builder.Build();
        app.UseStaticFiles().{|#0:UseRateLimitHeaders|}();
        app.MapGet("/orders", () => "orders").RequireAuthorization();
        app.Run();
        """,
        (
            new DiagnosticResult("RLH1002", Microsoft.CodeAnalysis.DiagnosticSeverity.Info),
            "UseRateLimitHeaders() runs after UseAuthorization(): WebApplication adds it first if code does not call it, and requests that "
                + "authorization stops are not limited. Call UseAuthorization() after it."));

    [Theory]
    [InlineData("app.UseRateLimitHeaders();\napp.UseAuthorization();")]
    [InlineData("app.UseRateLimitHeaders();\nSecure(app);\nstatic void Secure(IApplicationBuilder app) => app.UseAuthorization();")]
    // ASP.NET Core itself tells this mistake: endpoints that need authorization fail.
    [InlineData("app.UseRouting();\napp.UseRateLimitHeaders();")]
    public Task UseRateLimitHeaders_WhereWebApplicationAddsNoAuthorizationBefore_IsNotFound(string pipeline) => Order.FindsAsync(
        $"""
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddAuthorization();
        var app = builder.Build();
        {pipeline}
        app.Run();
        """);

    [Fact]
    public Task UseRateLimitHeaders_OfAnApplicationBuilder_AddsNoAuthorization() => Order.FindsAsync(
        """
        static void ConfigureServices(IServiceCollection services) => services.AddAuthorization();

        static void Configure(IApplicationBuilder app) => app.UseRateLimitHeaders();
        """);

    [Fact]
    public Task UseRateLimitHeaders_AtItsPlace_IsNotFound() => Order.FindsAsync(
        """
        var app = WebApplication.Create();
        app.UseForwardedHeaders();
        app.UseRouting();
        app.UseCors();
        app.UseAuthentication();
        app.UseRateLimitHeaders(limits => limits.FixedWindow(10, TimeSpan.FromMinutes(1)));
        app.UseAuthorization();
        app.UseEndpoints(_ => { });
        app.Run();
        """);

    [Fact]
    public Task UseRateLimitHeaders_BetweenTwoOfAMiddleware_IsNotFound() => Order.FindsAsync(
        """
        var app = WebApplication.Create();
        if (app.Environment.IsProduction())
        {
            app.UseForwardedHeaders();
        }

        app.UseRouting();
        app.UseRateLimitHeaders();
        app.UseRouting();
        app.UseForwardedHeaders();
        app.Run();
        """);

    [Fact]
    public Task UseRateLimitHeaders_OfAnotherPipelineOrBlock_IsNotFound() => Order.FindsAsync(
        """
        var app = WebApplication.Create();
        var other = WebApplication.Create();
        if (args.Length > 0)
        {
            app.UseRateLimitHeaders();
        }

        app.Map("/api", branch => branch.UseRateLimitHeaders());
        other.UseRouting();
        app.UseRouting();
        app.UseAuthentication();
        app.Run();
        """);

    [Fact]
    public Task UseRateLimitHeaders_ThatLimitsNoUsers_MayRunBeforeUseAuthentication() => Order.FindsAsync(
        """
        var app = WebApplication.Create();
        app.UseRateLimitHeaders(limits => limits.Principals(who => who.FromIpAddress()).FixedWindow(10, TimeSpan.FromMinutes(1)));
        app.UseAuthentication();
        app.Run();
        """);

    [Theory]
    [InlineData("FromUser()")]
    [InlineData("FromClaim(\"sub\", \"user\")")]
    public Task UseRateLimitHeaders_ThatLimitsUsersByRule_IsFound(string rule) => Order.FindsAsync(
        $$"""
        var app = WebApplication.Create();
        app.[|UseRateLimitHeaders|](limits => limits.Principals(who => who.{{rule}}).FixedWindow(10, TimeSpan.FromMinutes(1)));
        app.UseStaticFiles().UseAuthentication();
        app.Run();
        """);

    [Theory]
    [InlineData("appsettings.json", "{ \"RateLimitHeaders\": { \"Principals\": [ { \"From\": \"IpAddress\" } ] } }", false)]
    [InlineData("Properties/launchSettings.json", "{ \"environmentVariables\": { \"RATELIMITHEADERS__PRINCIPALS__0__FROM\": \"IpAddress\" } }", false)]
    [InlineData("appsettings.json", "{ \"RateLimitHeaders\": { \"DefaultPolicy\": \"api\" } }", true)]
    [InlineData("other.json", "{ \"RateLimitHeaders\": { \"Principals\": [ { \"From\": \"IpAddress\" } ] } }", true)]
    public Task UseRateLimitHeaders_WithRulesForCallersInASettingsFile_MayRunBeforeUseAuthentication(string file, string json, bool isFound) =>
        Order.FindsAsync(
            BeforeAuthentication(isFound),
            test => Array.ForEach([test.TestState, test.FixedState], state => state.AdditionalFiles.Add((file, json))));

    [Theory]
    [InlineData("true", false)]
    [InlineData("false", true)]
    public Task UseRateLimitHeaders_WithASectionInUserSecrets_MayRunBeforeUseAuthentication(string inSecrets, bool isFound) => Order.FindsAsync(
        BeforeAuthentication(isFound),
        test => Array.ForEach([test.TestState, test.FixedState], state => state.AnalyzerConfigFiles.Add(
            ("/.globalconfig", $"is_global = true\nbuild_property.RateLimitHeadersInUserSecrets = {inSecrets}"))));

    [Fact]
    public Task UseRateLimitHeaders_WhereAReferencedLibraryMayAddRulesForCallers_MayRunBeforeUseAuthentication() => Order.FindsAsync(
        BeforeAuthentication(isFound: false),
        test => test.TestState.AdditionalReferences.Add(Framework.CompileALibrary()));

    [Theory]
    [InlineData("AddPolicy(nameof(Quota.FixedWindow), context => RateLimitPartition.GetNoLimiter(context.Connection.RemoteIpAddress))", false)]
    [InlineData("AddPolicy(\"old\", context => RateLimitPartition.GetNoLimiter(context.User.Identity?.Name))", true)]
    [InlineData("DefaultPolicy(_ => RateLimitPartition.GetNoLimiter(1)).AddPolicy(\"new\", policy => policy.FixedWindow(10, TimeSpan.FromMinutes(1)))", true)]
    [InlineData("DefaultPolicy(_ => RateLimitPartition.GetNoLimiter(1)).AddPolicy(\"new\", policy => policy.SlidingWindow(10, TimeSpan.FromMinutes(1)))", true)]
    [InlineData("DefaultPolicy(_ => RateLimitPartition.GetNoLimiter(1)).AddPolicy(\"new\", policy => policy.CalendarWindow(10, CalendarPeriod.Day))", true)]
    [InlineData("DefaultPolicy(_ => RateLimitPartition.GetNoLimiter(1)).AddPolicy(\"new\", policy => policy.TokenBucket(10, TimeSpan.FromMinutes(1)))", true)]
    [InlineData("DefaultPolicy(_ => RateLimitPartition.GetNoLimiter(1)).AddPolicy(\"new\", policy => policy.Concurrency(10))", true)]
    public Task UseRateLimitHeaders_WithKeptPartitions_IsFoundIfTheyReadTheUserOrThereAreQuotas(string limits, bool isFound) =>
        Order.FindsAsync(BeforeAuthentication(isFound, $"limits => limits.{limits}"));

    [Fact]
    public Task UseRateLimitHeaders_WithAKeptPolicy_MayRunBeforeUseAuthentication() => Order.FindsAsync(
        BeforeAuthentication(isFound: false, "limits => limits.DefaultPolicy(Kept.Get)") +
        """

        static class Kept
        {
            public static RateLimitPartition<int> Get(HttpContext context) => new(1, _ => new ConcurrencyLimiter(new() { PermitLimit = 1 }));
        }
        """);

    [Fact]
    public Task UseRateLimitHeaders_WithKeptPartitionsAndLimitsInASettingsFile_IsFound() => Order.FindsAsync(
        BeforeAuthentication(isFound: true, "limits => limits.AddPolicy(\"old\", _ => RateLimitPartition.GetNoLimiter(1))"),
        test => Array.ForEach([test.TestState, test.FixedState], state => state.AdditionalFiles.Add(
            ("appsettings.json", "{ \"RateLimitHeaders\": { \"Policies\": { } } }"))));

    [Theory]
    [InlineData("{ return app.[|UseRateLimitHeaders|]().UseRouting(); }")]
    [InlineData("{ app.[|UseRateLimitHeaders|](); return app.UseRouting(); }")]
    [InlineData("=> app.[|UseRateLimitHeaders|]().UseRouting();")]
    public Task UseRateLimitHeaders_InAPipelineThatIsReturned_IsFound(string body) => Order.FindsAsync(
        $"static IApplicationBuilder UseLimits(IApplicationBuilder app) {body}");

    // Within a chain, so that there is no fix.
    private static string BeforeAuthentication(bool isFound, string limits = "") =>
        $"""
        using System.Threading.RateLimiting;

        var app = WebApplication.Create();
        app.{(isFound ? "[|UseRateLimitHeaders|]" : "UseRateLimitHeaders")}({limits});
        app.UseStaticFiles().UseAuthentication();
        """;
}
