using System.Net;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A log of the application throws between the decision and the endpoint.</summary>
public class FailingLogTests
{
    [Fact]
    public async Task Permit_OfARequestThatFailed_IsGivenBack()
    {
        using var log = new ThrowingLog { IsBroken = true };
        await using var api = await TestApi.StartAsync(
            limits => limits.AddPolicy("slots", policy => policy.ForOthers(plan => plan.Concurrency("slots", 1).WithoutHeaders())).DefaultPolicy("slots"),
            services: services => services.AddLogging(logging => logging.AddProvider(log).AddFilter<ThrowingLog>(category: null, LogLevel.Debug)),
            before: app => app.UseExceptionHandler(errors => errors.Run(static _ => Task.CompletedTask)));
        var failed = await api.SendAsync();
        log.IsBroken = false;
        Assert.Equal(
            (HttpStatusCode.InternalServerError, HttpStatusCode.OK, HttpStatusCode.OK),
            (failed.Status, (await api.SendAsync()).Status, (await api.SendAsync()).Status));
    }

    private sealed class ThrowingLog : ILoggerProvider, ILogger
    {
        public bool IsBroken { get; set; }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsBroken && formatter(state, exception).StartsWith("The response carries no rate limit headers", StringComparison.Ordinal))
            {
                throw new InvalidOperationException("The disk is full.");
            }
        }

        public void Dispose()
        {
        }
    }
}
