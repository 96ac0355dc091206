using System.Globalization;
using System.Net;

namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>
/// A million partitions, ours and those of <c>PartitionedRateLimiter</c>, one after the other in one process: the bytes of
/// each with its key, the processor time without calls, and what an acquisition takes while the background work runs.
/// </summary>
/// <remarks>
/// The window is four times the time of a measurement. Ours looks through the partitions now and then, after a pause that
/// depends on how long that takes: it is left alone until all are dropped. ASP.NET Core's limiter does so every 100 ms.
/// </remarks>
internal static class ScaleProgram
{
    private const int DefaultPartitions = 1_000_000;
    private const int DefaultSeconds = 10;

    // IPv4 addresses from 10.0.0.0 on.
    private const uint FirstAddress = 0x0a000000;

    /// <param name="args">How many partitions, and how many seconds each measurement takes; a million and ten.</param>
    public static void Run(string[] args)
    {
        var partitions = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : DefaultPartitions;
        var time = TimeSpan.FromSeconds(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : DefaultSeconds);
        var limit = new Limit(1_000_000, 4 * time);

        Console.WriteLine($"{partitions:N0} partitions, a window of {limit.Window.TotalSeconds:N0} s, {Environment.ProcessorCount} processors");
        Console.WriteLine($"processor time of the process alone: {ProcessorTime.WhileIdle(time / 4):P2} of a core");
        Console.WriteLine(ScaleReport.Header);
        var text = new ScaleMeasurement<string>(partitions, time, static i => $"user-{i:D7}");
        text.MeasureNothing(new NoPartitions<string>());
        text.Measure("ours, text ids", () => new OurPartitionsByText(limit, partitions));
        text.Measure("stock, text ids", () => new StockPartitions<string>(limit));

        var address = new ScaleMeasurement<IPAddress>(partitions, time, static i => new IPAddress(IPAddress.HostToNetworkOrder((int)(FirstAddress + i)) & 0xffffffffL));
        address.Measure("ours, addresses", () => new OurPartitionsByAddress(limit, partitions));
        address.Measure("stock, addresses", () => new StockPartitions<IPAddress>(limit));
    }
}
