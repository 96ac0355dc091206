using System.Collections.Concurrent;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Keeps what is logged under the library's category.</summary>
public sealed class RecordingLogger : ILoggerProvider, ILogger
{
    private const string Category = "RateLimitHeaders.AspNetCore";

    private readonly ConcurrentQueue<(LogLevel Level, int Id, string Message)> _entries = [];

    public IReadOnlyCollection<(LogLevel Level, int Id, string Message)> Entries => _entries;

    /// <summary>Gets or sets what hears each message after it is kept, and may throw.</summary>
    public Action<string>? OnMessage { get; set; }

    public void Clear() => _entries.Clear();

    public ILogger CreateLogger(string categoryName) =>
        categoryName == Category ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var message = formatter(state, exception);
        _entries.Enqueue((logLevel, eventId.Id, message));
        OnMessage?.Invoke(message);
    }

    public void Dispose()
    {
    }
}
