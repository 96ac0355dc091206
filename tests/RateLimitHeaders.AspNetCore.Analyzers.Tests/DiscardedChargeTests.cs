using Microsoft.CodeAnalysis.Testing;
using Discarded = RateLimitHeaders.AspNetCore.Analyzers.Tests.Check<
    RateLimitHeaders.AspNetCore.Analyzers.DiscardedChargeAnalyzer, RateLimitHeaders.AspNetCore.CodeFixes.DiscardedChargeFix>;

namespace RateLimitHeaders.AspNetCore.Analyzers.Tests;

/// <summary>Charges that nothing waits for (RLH1005).</summary>
public sealed class DiscardedChargeTests
{
    [Theory]
    [InlineData("ChargeAsync(5)", "ChargeAsync")]
    [InlineData("ChargeAsync(\"rows\", 5)", "ChargeAsync")]
    [InlineData("RefundAsync(5)", "RefundAsync")]
    [InlineData("SettleAsync(5)", "SettleAsync")]
    public Task Charge_OfASynchronousMethod_IsFoundAndHasNoFix(string call, string method) => Discarded.TellsAsync(
        $$"""
        static void Charge(RateLimitFeature feature)
        {
            {|#0:feature.{{call}}|};
        }
        """,
        (DiagnosticResult.CompilerWarning("RLH1005"), $"The task of {method} is discarded: the headers may show the state before it, and its failure is lost; await it"));

    [Theory]
    [InlineData("_ = [|feature.ChargeAsync(5)|];", "await feature.ChargeAsync(5);")]
    [InlineData("[|feature.ChargeAsync(5)|];", "await feature.ChargeAsync(5);")]
    [InlineData("_ = [|feature.ChargeAsync(5)|].AsTask();", "await feature.ChargeAsync(5).AsTask();")]
    [InlineData("[|feature.ChargeAsync(5)|].ConfigureAwait(false);", "await feature.ChargeAsync(5).ConfigureAwait(false);")]
    [InlineData("_ = [|feature.ChargeAsync(5)|]; // five", "await feature.ChargeAsync(5); // five")]
    public Task Charge_OfAnAsynchronousMethod_IsAwaited(string discarded, string awaited)
    {
        const string Method =
            """
            static async Task Charge(RateLimitFeature feature)
            {
                // More rows.
                CODE
                await Task.Yield();
            }
            """;
        return Discarded.FixesAsync(Method.Replace("CODE", discarded, StringComparison.Ordinal), Method.Replace("CODE", awaited, StringComparison.Ordinal));
    }

    [Fact]
    public Task Charge_ByWayOfANullableFeature_IsAwaitedWhereThereIsOne() => Discarded.FixesAsync(
        """
        var app = WebApplication.Create();
        app.MapGet("/", async (HttpContext context) =>
        {
            _ = context.GetRateLimitFeature()?[|.ChargeAsync(5)|];
            await Task.Yield();
        });
        static async Task Charge(RateLimitFeature? feature)
        {
            feature?[|.RefundAsync("rows", 5)|];
            await Task.Yield();
        }
        """,
        """
        var app = WebApplication.Create();
        app.MapGet("/", async (HttpContext context) =>
        {
            await (context.GetRateLimitFeature()?.ChargeAsync(5) ?? default);
            await Task.Yield();
        });
        static async Task Charge(RateLimitFeature? feature)
        {
            await (feature?.RefundAsync("rows", 5) ?? default);
            await Task.Yield();
        }
        """);

    [Fact]
    public Task Charge_BeforeAnElse_LeavesTheElseWithItsIf() => Discarded.FixesAsync(
        """
        static async Task Charge(RateLimitFeature? feature, bool isLarge)
        {
            if (isLarge) feature?[|.ChargeAsync(9)|]; else Console.WriteLine("small");
            await Task.Yield();
        }
        """,
        """
        static async Task Charge(RateLimitFeature? feature, bool isLarge)
        {
            if (isLarge) await (feature?.ChargeAsync(9) ?? default); else Console.WriteLine("small");
            await Task.Yield();
        }
        """);

    [Fact]
    public Task Charges_OfOneBlock_AreAllAwaited() => Discarded.FixesAsync(
        """
        static async Task Charge(HttpContext context)
        {
            context.GetRateLimitFeature()?[|.ChargeAsync(1)|];
            _ = context?.GetRateLimitFeature()?[|.RefundAsync(2)|].ConfigureAwait(false); // two
            var feature = 1;
            await Task.Delay(feature);
        }
        """,
        """
        static async Task Charge(HttpContext context)
        {
            await (context.GetRateLimitFeature()?.ChargeAsync(1) ?? default);
            await (context?.GetRateLimitFeature()?.RefundAsync(2).ConfigureAwait(false) ?? default); // two
            var feature = 1;
            await Task.Delay(feature);
        }
        """);

    [Fact]
    public Task Charge_AsATaskOfANullableFeature_HasNoFix() => Discarded.FindsAsync(
        """
        static async Task Charge(RateLimitFeature? feature)
        {
            _ = feature?[|.ChargeAsync(5)|].AsTask();
            await Task.Yield();
        }
        """);

    [Fact]
    public Task Charge_OfTheProgramItself_IsAwaited() => Discarded.FixesAsync(
        """
        RateLimitFeature feature = null!;
        [|feature.ChargeAsync(5)|];
        """,
        """
        RateLimitFeature feature = null!;
        await feature.ChargeAsync(5);
        """);

    [Fact]
    public Task Charge_InALock_HasNoFix() => Discarded.FindsAsync(
        """
        static async Task Charge(RateLimitFeature feature, object sync)
        {
            lock (sync)
            {
                _ = [|feature.ChargeAsync(5)|];
            }

            await Task.Yield();
        }
        """);

    [Fact]
    public Task Charge_ThatALambdaWithoutResultIs_IsFound() => Discarded.FindsAsync(
        """
        static Action Later(RateLimitFeature feature) => () => [|feature.ChargeAsync(5)|];
        """);

    [Fact]
    public Task Charge_ThatALambdaWithinAStatementIs_HasNoFix() => Discarded.FindsAsync(
        """
        static async Task Charge(RateLimitFeature feature, System.Collections.Generic.List<int> rows)
        {
            Action later;
            later = () => [|feature.ChargeAsync(5)|];
            rows.ForEach(row => [|feature.ChargeAsync(row)|]);
            Local();
            later();
            await Task.Yield();
            void Local() => [|feature.ChargeAsync(6)|];
        }
        """);

    [Fact]
    public Task Charge_ThatIsKeptOrReturnedOrContinued_IsNotFound() => Discarded.FindsAsync(
        """
        static async ValueTask Charge(RateLimitFeature feature)
        {
            await feature.ChargeAsync(1);
            var charging = feature.ChargeAsync(2);
            await charging;
            Func<ValueTask> later = () => feature.RefundAsync(3);
            await later();
            await Task.WhenAll(feature.SettleAsync(4).AsTask());
            _ = feature.ChargeAsync(5).AsTask().ContinueWith(task => Console.WriteLine(task.Exception), TaskScheduler.Default);
        }

        static ValueTask Return(RateLimitFeature feature) => feature.ChargeAsync(6);
        """);

    [Fact]
    public Task Charge_OfAnotherType_IsNotFound() => Discarded.FindsAsync(
        """
        static void Charge(Account account) => account.ChargeAsync(5);

        sealed class Account
        {
            public ValueTask ChargeAsync(long amount) => default;
        }
        """);
}
