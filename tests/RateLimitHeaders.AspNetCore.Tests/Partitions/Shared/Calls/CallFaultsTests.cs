namespace RateLimitHeaders.AspNetCore.Tests;

public sealed class CallFaultsTests : IDisposable
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private readonly ManualTimeProvider _clock = new();
    private readonly RecordingLogger _log = new();
    private readonly CallFaults _faults;

    public CallFaultsTests() => _faults = new CallFaults("Scripted", _clock, _log);

    public void Dispose() => _log.Dispose();

    [Fact]
    public void Report_ManyFaults_AreLoggedOnceAMinute()
    {
        for (var second = 0; second < 120; second++)
        {
            _faults.Report(Fault($"error {second}"));
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(
            [
                (LogLevel.Error, 42, Message("error 0")),
                (LogLevel.Error, 42, Message("error 60")),
            ],
            _log.Entries);
    }

    [Fact]
    public void Recent_IsTheLastFaultForAMinute()
    {
        Assert.Null(_faults.Recent);
        _faults.Report(Fault("first"));
        _faults.Report(Fault("second"));
        _clock.Advance(s_minute - new TimeSpan(1));
        Assert.Equal("second", _faults.Recent?.Reason);
        _clock.Advance(new TimeSpan(1));
        Assert.Null(_faults.Recent);
    }

    private static StoreFailure Fault(string reason) => new(StoreFailureKind.Call, reason);

    private static string Message(string reason) =>
        $"Scripted returned a non-transient error: {reason} The request is treated as if Scripted could not count; other requests are "
        + "counted there. Further errors are logged again after a minute.";
}
