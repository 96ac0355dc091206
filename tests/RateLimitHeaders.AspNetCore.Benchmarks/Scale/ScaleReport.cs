using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>A row of the table that the scale program prints.</summary>
internal static class ScaleReport
{
    public const string Header =
        "                              bytes each   idle: of a core   latency: p50        p99       p99.9         max";

    public static void Print(string name, double? bytes, double? share, Latencies latencies) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-28} {bytes,11:N0} {share,17:P2} {Micro(latencies.At(0.5)),15} {Micro(latencies.At(0.99))} {Micro(latencies.At(0.999))} {Micro(latencies.At(1))}"));

    private static string Micro(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMicroseconds,8:N1} µs");
}
