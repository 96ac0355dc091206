namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A log of the application throws while configuration is read again, which a timer does.</summary>
public class FailingLogReloadTests
{
    [Theory]
    [InlineData("""{ "Quotas": { "q": { "Rate": "7/1h" } } }""", "7", false)]
    [InlineData("""{ "Quotas": { "q": { "Rate": "7/1h" }, "day": { "Rate": "6/1d" } } }""", "6", false)]
    [InlineData("""{ "Quotas": { "q": { "Rate": "7/1" } } }""", "5", true)]
    public async Task Reload_WhoseLogThrows_EndsAsItShould(string json, string limit, bool isFailing)
    {
        using var log = new ThrowingLog();
        var configuration = new ChangingConfiguration("""{ "Quotas": { "q": { "Rate": "5/1h" } } }""");
        await using var api = await configuration.StartAsync(services: services => services.AddLogging(logging => logging.AddProvider(log)));
        log.IsBroken = true;

        api.Change(configuration, json);

        log.IsBroken = false;
        Assert.Equal(limit, (await api.SendAsync())["X-RateLimit-Limit"]);
        Assert.Equal(isFailing, api.Services.GetRequiredService<LimitsReload>().Status!.IsFailing);
    }

    private sealed class ThrowingLog : ILoggerProvider, ILogger
    {
        public bool IsBroken { get; set; }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsBroken)
            {
                throw new InvalidOperationException("The disk is full.");
            }
        }

        public void Dispose()
        {
        }
    }
}
