using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Keeps what the library logs.</summary>
internal sealed class RecordedLog : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, int Id, string Message)> _entries = [];

    public (LogLevel Level, int Id, string Message)[] Entries => [.. _entries];

    /// <summary>Gets the numbers of the events, in their order.</summary>
    public int[] Ids => [.. _entries.Select(entry => entry.Id)];

    public void Clear() => _entries.Clear();

    public ILogger CreateLogger(string categoryName) =>
        categoryName == AspNetCore.Log.Category ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

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
