using Microsoft.CodeAnalysis.Testing;
using Lifetime = RateLimitHeaders.AspNetCore.Analyzers.Tests.Check<
    RateLimitHeaders.AspNetCore.Analyzers.FeatureLifetimeAnalyzer, Microsoft.CodeAnalysis.Testing.EmptyCodeFixProvider>;

namespace RateLimitHeaders.AspNetCore.Analyzers.Tests;

/// <summary>Features in lambdas that outlive their request (RLH1004).</summary>
public sealed class FeatureLifetimeTests
{
    // CODE uses the feature of a request, from wherever it may have it.
    private const string Endpoint =
        """
        sealed class Endpoint(TimeProvider time)
        {
            private Timer? _timer;
            private ITimer? _other;

            public HttpContext HttpContext { get; set; } = null!;

            public async Task Handle(HttpContext context, RateLimitFeature feature, Task task)
            {
                var local = context.GetRateLimitFeature()!;
                var policy = local.PolicyName;
                CODE
                await Task.Yield();
            }

            private static void Use(object? value)
            {
            }
        }
        """;

    [Theory]
    [InlineData("_ = Task.Run(() => Use({|#0:local|}.PolicyName));", "Task.Run")]
    [InlineData("Task.Run(async () => await {|#0:feature|}.ChargeAsync(5)).ContinueWith(_ => { }, TaskScheduler.Default);", "Task.Run")]
    [InlineData("Task.Run(delegate { Use({|#0:feature|}); });", "Task.Run")]
    [InlineData("_ = Task.Factory.StartNew(() => Use({|#0:feature|}));", "TaskFactory.StartNew")]
    [InlineData("_ = task.ContinueWith(_ => Use({|#0:feature|}), TaskScheduler.Default);", "Task.ContinueWith")]
    [InlineData("ThreadPool.QueueUserWorkItem(_ => Use({|#0:feature|}));", "ThreadPool")]
    [InlineData("ThreadPool.UnsafeQueueUserWorkItem(_ => Use({|#0:feature|}), null);", "ThreadPool")]
    [InlineData("new Thread(() => Use({|#0:feature|})).Start();", "Thread")]
    [InlineData("_timer = new Timer(_ => Use({|#0:feature|}));", "Timer")]
    [InlineData("_ = new Timer(_ => Use({|#0:feature|}));", "Timer")]
    [InlineData("_other = time.CreateTimer(_ => Use({|#0:feature|}), null, TimeSpan.Zero, TimeSpan.Zero);", "The timer")]
    [InlineData("_ = Task.Run(() => Use({|#0:context.GetRateLimitFeature()|}));", "Task.Run")]
    [InlineData("_ = Task.Run(() => Use({|#0:HttpContext.GetRateLimitFeature()|}));", "Task.Run")]
    [InlineData("_ = Task.Run(Later); void Later() => Use({|#0:local|});", "Task.Run")]
    public Task Feature_InALambdaThatOutlivesTheRequest_IsFound(string code, string name) => Lifetime.TellsAsync(
        Of(code),
        (DiagnosticResult.CompilerWarning("RLH1004"), $"{name} runs this when the request may be complete, and RateLimitFeature then throws an ObjectDisposedException; read the needed values before"));

    [Theory]
    [InlineData("await Task.Run(() => Use(local));")]
    [InlineData("var running = Task.Run(() => Use(local)); await running;")]
    [InlineData("await Task.WhenAll(Task.Run(() => Use(local)), task.ContinueWith(_ => Use(feature), TaskScheduler.Default));")]
    [InlineData("_ = Task.Run(() => Use(policy));")]
    [InlineData("_ = Task.Run(() => Use(nameof(feature)));")]
    [InlineData("_ = Task.Run(() => { HttpContext inner = new DefaultHttpContext(); var own = inner.GetRateLimitFeature(); Use(own); });")]
    [InlineData("_ = Task.Run(() => Each((own, its) => Use((own, its.GetRateLimitFeature())))); static void Each(Action<RateLimitFeature, HttpContext> use) { }")]
    [InlineData("var thread = new Thread(() => Use(local)); thread.Start(); thread.Join();")]
    [InlineData("using var timer = new Timer(_ => Use(local));")]
    [InlineData("await using var timer = time.CreateTimer(_ => Use(local), null, TimeSpan.Zero, TimeSpan.Zero);")]
    [InlineData("context.Response.OnCompleted(() => { Use(local.PolicyName); return Task.CompletedTask; });")]
    [InlineData("Action later = () => Use(local); later();")]
    public Task Feature_InALambdaThatMayRunInTime_IsNotFound(string code) => Lifetime.FindsAsync(Of(code));

    private static string Of(string code) => "return;\n" + Endpoint.Replace("CODE", code, StringComparison.Ordinal);
}
