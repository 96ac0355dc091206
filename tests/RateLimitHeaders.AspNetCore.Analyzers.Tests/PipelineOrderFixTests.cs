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

    [Theory]
    [InlineData("branch => branch.[|UseRateLimitHeaders|]().UseRouting()")]
    [InlineData("branch => { branch.[|UseRateLimitHeaders|](); branch.UseStaticFiles().UseRouting(); }")]
    public Task Fix_OfAChainInALambda_IsNone(string branch) => Order.FindsAsync(
        $"""
        var app = WebApplication.Create();
        app.Map("/api", {branch});
        app.Run();
        """);

    [Fact]
    public Task Fix_BeyondTheLastLineOfAFile_IsNone() => Order.FindsAsync(
        """
        var app = WebApplication.Create();
        app.[|UseRateLimitHeaders|]();
        app.UseRouting();
        """);

    [Theory]
    [InlineData("", "var limit = 10;")]
    [InlineData("", "int.TryParse(Environment.GetEnvironmentVariable(\"LIMIT\"), out var limit);")]
    [InlineData("", "ArgumentOutOfRangeException.ThrowIfNotEqual(Environment.TickCount is var limit, true);")]
    [InlineData("int limit;", "int.TryParse(Environment.GetEnvironmentVariable(\"LIMIT\"), out limit);")]
    [InlineData("int limit;", "limit = 10;")]
    [InlineData("var limit = 1;", "limit *= 10;")]
    [InlineData("var limit = 1;", "limit++;")]
    [InlineData("var limit = 1;", "Interlocked.Increment(ref limit);")]
    public Task Fix_ThatWouldUseAVariableBeforeItIsSet_IsNone(string before, string between) => Order.FindsAsync(
        $$"""
        static void Configure(IApplicationBuilder app)
        {
            {{before}}
            app.UseEndpoints(_ => { });
            {{between}}
            app.[|UseRateLimitHeaders|](limits => limits.FixedWindow(limit, TimeSpan.FromMinutes(1)));
        }
        """);

    [Fact]
    public Task Fix_ThatWouldUseAVariableAfterItIsChanged_IsNone() => Order.FindsAsync(
        """
        static void Configure(IApplicationBuilder app)
        {
            Action<RateLimitsBuilder> limits = limits => limits.FixedWindow(10, TimeSpan.FromMinutes(1));
            app.[|UseRateLimitHeaders|](limits);
            limits = limits => limits.FixedWindow(20, TimeSpan.FromMinutes(1));
            app.UseRouting();
        }
        """);

    [Fact]
    public Task Fix_ThatWouldUseAVariableAfterADeclarationChangesIt_IsNone() => Order.FindsAsync(
        """
        static void Configure(IApplicationBuilder app)
        {
            Action<RateLimitsBuilder> limits = limits => limits.FixedWindow(10, TimeSpan.FromMinutes(1));
            app.[|UseRateLimitHeaders|](limits);
            var others = limits = limits => limits.FixedWindow(20, TimeSpan.FromMinutes(1));
            app.UseRouting();
        }
        """);

    [Fact]
    public Task Fix_AcrossACallWithAFunctionOrProperties_MovesIt() => Order.FixesAsync(
        """
        static void Configure(IApplicationBuilder app)
        {
            app.UseEndpoints(_ => { });
            app.UseStaticFiles(new StaticFileOptions { RequestPath = "/files" });
            app.Use((HttpContext context, RequestDelegate next) =>
            {
                context.Items["now"] = int.TryParse("1", out var now) ? now : 0;
                return next(context);
            });
            app.[|UseRateLimitHeaders|]();
        }
        """,
        """
        static void Configure(IApplicationBuilder app)
        {
            app.UseRateLimitHeaders();
            app.UseEndpoints(_ => { });
            app.UseStaticFiles(new StaticFileOptions { RequestPath = "/files" });
            app.Use((HttpContext context, RequestDelegate next) =>
            {
                context.Items["now"] = int.TryParse("1", out var now) ? now : 0;
                return next(context);
            });
        }
        """);
}
