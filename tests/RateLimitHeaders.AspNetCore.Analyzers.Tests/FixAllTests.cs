using RateLimitHeaders.AspNetCore.CodeFixes;

namespace RateLimitHeaders.AspNetCore.Analyzers.Tests;

/// <summary>All places of a rule are corrected at once, also if the first one has no fix.</summary>
public sealed class FixAllTests
{
    [Fact]
    public async Task FixAll_OfPolicyNames_CorrectsThoseThatAreNearAnother() => Assert.Equal(
        """
        var app = WebApplication.Create();
        app.UseRateLimitHeaders(limits => limits
            .AddPolicy("search", policy => policy.FixedWindow(10, TimeSpan.FromMinutes(1)))
            .AddPolicy("reports", policy => policy.FixedWindow(20, TimeSpan.FromMinutes(1))));
        app.MapGet("/something", () => "").RequireRateLimiting("something");
        app.MapGet("/search", () => "").RequireRateLimiting("search");
        app.MapGet("/reports", () => "").RequireRateLimiting("reports");
        """,
        await Format<PolicyNameAnalyzer, PolicyNameFix>.RunAsync(
            """
            var app = WebApplication.Create();
            app.UseRateLimitHeaders(limits => limits
                .AddPolicy("search", policy => policy.FixedWindow(10, TimeSpan.FromMinutes(1)))
                .AddPolicy("reports", policy => policy.FixedWindow(20, TimeSpan.FromMinutes(1))));
            app.MapGet("/something", () => "").RequireRateLimiting("something");
            app.MapGet("/search", () => "").RequireRateLimiting("serach");
            app.MapGet("/reports", () => "").RequireRateLimiting("report");
            """));

    [Fact]
    public async Task FixAll_OfPipelines_MovesCallsThatAreStatements() => Assert.Equal(
        """
        static void UseChain(IApplicationBuilder app)
        {
            app.UseRateLimitHeaders().UseRouting();
        }

        static void UseStatements(IApplicationBuilder app)
        {
            app.UseRouting();
            app.UseAuthentication();
            app.UseRateLimitHeaders();
        }

        static void UseTwo(IApplicationBuilder one, IApplicationBuilder other)
        {
            one.UseRouting();
            one.UseRateLimitHeaders();
            other.UseCors();
            other.UseRateLimitHeaders();
            other.UseStaticFiles();
        }
        """,
        await Format<PipelineOrderAnalyzer, PipelineOrderFix>.RunAsync(
            """
            static void UseChain(IApplicationBuilder app)
            {
                app.UseRateLimitHeaders().UseRouting();
            }

            static void UseStatements(IApplicationBuilder app)
            {
                app.UseRateLimitHeaders();
                app.UseRouting();
                app.UseAuthentication();
            }

            static void UseTwo(IApplicationBuilder one, IApplicationBuilder other)
            {
                one.UseRateLimitHeaders();
                one.UseRouting();
                other.UseRateLimitHeaders();
                other.UseCors();
                other.UseStaticFiles();
            }
            """));

    [Fact]
    public async Task FixAll_OfCharges_AwaitsThoseOfAsynchronousCode() => Assert.Equal(
        """
        static void Charge(RateLimitFeature feature)
        {
            feature.ChargeAsync(1);
        }

        static async Task ChargeTwice(RateLimitFeature feature)
        {
            await feature.ChargeAsync(2);
            await feature.ChargeAsync(3);
        }
        """,
        await Format<DiscardedChargeAnalyzer, DiscardedChargeFix>.RunAsync(
            """
            static void Charge(RateLimitFeature feature)
            {
                feature.ChargeAsync(1);
            }

            static async Task ChargeTwice(RateLimitFeature feature)
            {
                _ = feature.ChargeAsync(2);
                feature.ChargeAsync(3);
            }
            """));
}
