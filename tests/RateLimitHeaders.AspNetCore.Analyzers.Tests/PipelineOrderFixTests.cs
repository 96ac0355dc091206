using Order = RateLimitHeaders.AspNetCore.Analyzers.Tests.Check<
    RateLimitHeaders.AspNetCore.Analyzers.PipelineOrderAnalyzer, RateLimitHeaders.AspNetCore.CodeFixes.PipelineOrderFix>;

namespace RateLimitHeaders.AspNetCore.Analyzers.Tests;

/// <summary>How <c>UseRateLimitHeaders()</c> is moved, and when it is not.</summary>
public sealed class PipelineOrderFixTests
{
    [Fact]
    public Task Fix_OfWhatRunsTooEarly_MovesItAfterTheLastMiddlewareThatItNeeds() => Order.FixesAsync(
        """
        var app = WebApplication.Create();

        // Limits.
        app.{|RLH1001:{|RLH1001:UseRateLimitHeaders|}|}(limits => limits
            .FixedWindow(10, TimeSpan.FromMinutes(1))); // ten

        app.UseStaticFiles();
        var cookies = new CookiePolicyOptions();

        // Users.
        app.UseAuthentication();
        app.UseCookiePolicy(cookies);
        app.UseCors();

        app.MapGet("/", () => "Hello");
        app.Run();
        """,
        """
        var app = WebApplication.Create();

        app.UseStaticFiles();
        var cookies = new CookiePolicyOptions();

        // Users.
        app.UseAuthentication();
        app.UseCookiePolicy(cookies);
        app.UseCors();
        // Limits.
        app.UseRateLimitHeaders(limits => limits
            .FixedWindow(10, TimeSpan.FromMinutes(1))); // ten

        app.MapGet("/", () => "Hello");
        app.Run();
        """);

    [Fact]
    public Task Fix_OfWhatRunsTooLate_MovesItBeforeTheFirstMiddlewareThatHidesRequests() => Order.FixesAsync(
        """
        static void Configure(IApplicationBuilder app)
        {
            app.UseRouting();

            app.UseAuthorization();
            app.UseEndpoints(_ => { });

            app.{|RLH1001:{|RLH1002:UseRateLimitHeaders|}|}();
        }
        """,
        """
        static void Configure(IApplicationBuilder app)
        {
            app.UseRouting();

            app.UseRateLimitHeaders();
            app.UseAuthorization();
            app.UseEndpoints(_ => { });
        }
        """);

    [Fact]
    public Task Fix_InTheMiddleOfAParagraph_LeavesTheParagraphs() => Order.FixesAsync(
        """
        var app = WebApplication.Create();
        app.[|UseRateLimitHeaders|]();

        app.UseStaticFiles();
        app.UseCors();
        app.Run();
        """,
        """
        var app = WebApplication.Create();

        app.UseStaticFiles();
        app.UseCors();
        app.UseRateLimitHeaders();
        app.Run();
        """);

    [Fact]
    public Task Fix_OfABranch_MovesItWithinTheBranch() => Order.FixesAsync(
        """
        var app = WebApplication.Create();
        app.Map("/api", branch =>
        {
            branch.[|UseRateLimitHeaders|]();
            branch.UseAuthentication();
        });
        """,
        """
        var app = WebApplication.Create();
        app.Map("/api", branch =>
        {
            branch.UseAuthentication();
            branch.UseRateLimitHeaders();
        });
        """);

    [Theory]
    [InlineData("if (args.Length > 0)\n{\n    return;\n}\n", "app.UseRouting();")]
    [InlineData("app.Map(\"/api\", api => { });\n#if DEBUG\n#endif\n", "app.UseRouting();")]
    [InlineData("", "app.UseStaticFiles().UseRouting();")]
    public Task Fix_AcrossWhatIsNoPlainCall_IsNone(string between, string routing) => Order.FindsAsync(
        $"""
        var app = WebApplication.Create();
        app.[|UseRateLimitHeaders|]();
        {between}{routing}
        app.Run();
        """);

    [Fact]
    public Task Fix_BeyondTheLastLineOfAFile_IsNone() => Order.FindsAsync(
        """
        var app = WebApplication.Create();
        app.[|UseRateLimitHeaders|]();
        app.UseRouting();
        """);

    [Fact]
    public Task Fix_ThatWouldUseAVariableBeforeItIsDeclared_IsNone() => Order.FindsAsync(
        """
        static void Configure(IApplicationBuilder app)
        {
            app.UseEndpoints(_ => { });
            var window = TimeSpan.FromMinutes(1);
            app.[|UseRateLimitHeaders|](limits => limits.FixedWindow(10, window));
        }
        """);
}
