using System.Collections.Concurrent;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Keeps what is logged under the library's category.</summary>
public sealed class RecordingLogger : ILoggerProvider, ILogger
{
    private const string Category = "RateLimitHeaders.AspNetCore";

    private readonly ConcurrentQueue<(LogLevel Level, int Id, string Message)> _entries = [];

    public IReadOnlyCollection<(LogLevel Level, int Id, string Message)> Entries => _entries;

    public void Clear() => _entries.Clear();

    public ILogger CreateLogger(string categoryName) =>
        categoryName == Category ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _entries.Enqueue((logLevel, eventId.Id, formatter(state, exception)));

    public void Dispose()
    {
    }
}
