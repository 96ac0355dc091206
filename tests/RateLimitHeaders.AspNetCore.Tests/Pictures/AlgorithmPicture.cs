using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What a picture of docs/algorithms.md shows: the same requests of one caller, decided by one quota.</summary>
/// <param name="FileName">The name of the file.</param>
/// <param name="Title">What stands above it.</param>
/// <param name="Quota">The quota.</param>
/// <param name="Limit">The limit of the quota.</param>
/// <param name="Scale">How many seconds pass for each second of the requests, so that windows of days fit as well.</param>
internal sealed record AlgorithmPicture(string FileName, string Title, Quota Quota, int Limit, int Scale = 1)
{
    /// <summary>How much time a picture shows.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(30);

    /// <summary>How long a request runs.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(2);

    // Ten seconds of the requests become a day, so that windows of both have the same width.
    private const int InDays = 8_640;

    // A noon: the first window of the calendar is half over.
    private static readonly DateTimeOffset s_start = new(2026, 5, 23, 12, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(10);

    // One, two bursts around the end of the first fixed window, and then one a second.
    private static readonly double[] s_seconds =
        [0, 8, 8.5, 9, 9.5, 10.5, 11, 11.5, 12, 12.5, .. Enumerable.Range(15, 15).Select(second => (double)second)];

    /// <summary>Gets the pictures.</summary>
    public static IReadOnlyList<AlgorithmPicture> All { get; } =
    [
        new("fixed-window.svg", "Fixed window: 5 in 10 s", Quota.FixedWindow("q", 5, s_window), 5),
        new("sliding-window.svg", "Sliding window: 5 in 10 s, 10 segments", Quota.SlidingWindow("q", 5, s_window, segments: 10), 5),
        new("token-bucket.svg", "Token bucket: 5, refilled with 0.5 a second", Quota.TokenBucket("q", 5, refillPerSecond: 0.5), 5),
        new("calendar-window.svg", "Calendar window: 5 a day, in UTC", Quota.CalendarWindow("q", 5, CalendarPeriod.Day), 5, InDays),
        new("concurrency.svg", "Concurrency: 3 at a time, each request runs for 2 s", Quota.Concurrency("q", 3), 3),
    ];

    /// <summary>Gets the moments of the requests.</summary>
    public static IReadOnlyList<TimeSpan> Requests { get; } = [.. s_seconds.Select(TimeSpan.FromSeconds)];

    /// <summary>Gets the text below a moment.</summary>
    public string LabelAt(int second) => Scale == 1
        ? string.Create(CultureInfo.InvariantCulture, $"{second} s")
        : s_start.AddSeconds((double)second * Scale).ToString("ddd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>Has a limiter decide about the requests, and notes what is left each tenth of a second.</summary>
    public PictureFacts Observe()
    {
        var time = new ManualTimeProvider();
        time.JumpWallClock(s_start - ManualTimeProvider.Start);
        using var limiter = QuotaRateLimiter.Create(time, Quota);
        var step = TimeSpan.FromMilliseconds(100);
        var running = new Queue<(TimeSpan End, IDisposable Lease)>();
        List<long> remaining = [];
        List<bool> admitted = [];
        for (var now = TimeSpan.Zero; now <= Length; now += step)
        {
            while (running.TryPeek(out var first) && first.End <= now)
            {
                running.Dequeue().Lease.Dispose();
            }

            if (Requests.Contains(now))
            {
                var lease = limiter.AttemptAcquire();
                admitted.Add(lease.IsAcquired);
                running.Enqueue((now + Duration, lease));
            }

            remaining.Add(limiter.GetStatistics()!.CurrentAvailablePermits);
            time.Advance(step * Scale);
        }

        while (running.TryDequeue(out var last))
        {
            last.Lease.Dispose();
        }

        return new(remaining, admitted);
    }
}
