namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>Measures partitions of one kind of callers, each contender in the same way.</summary>
internal sealed class ScaleMeasurement<TCaller>(int partitions, TimeSpan time, Func<int, TCaller> create)
{
    private const int Seed = 4_711;
    private const int Calls = 200_000;
    private const double LeastLeft = 0.95;

    /// <summary>Measures how long measuring takes, and how quiet the machine is.</summary>
    public void MeasureNothing(Contender<TCaller> contender) => ScaleReport.Print(
        "nothing (the machine)", bytes: null, share: null, Latencies.Measure(contender, Callers(), time));

    public void Measure(string name, Func<Contender<TCaller>> make)
    {
        // Made before, so that they are not counted; as on a server, they are not the same objects as the keys.
        var callers = Callers();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var contender = make();
        Fill(contender);
        var bytes = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / partitions;
        var share = ShareWhileIdle(name, contender);
        Fill(contender);

        // The first calls are those of code that is not compiled to the end, and are no more counted than on a server.
        Latencies.Measure(contender, callers, time / 10);
        ScaleReport.Print(name, bytes, share, Latencies.Measure(contender, callers, time));
        if (contender.TrySweep())
        {
            MeasureWhileSweeping(name, contender, callers);
            var sweep = ProcessorTime.Of(() => contender.TrySweep());
            Console.WriteLine($"{name}: a sweep takes {sweep.TotalMilliseconds:N0} ms of processor time.");
        }

        var left = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(callers);
        if (left < bytes * partitions * LeastLeft)
        {
            Console.WriteLine($"{name}: this took longer than the window, and partitions were dropped; do not trust it.");
        }
    }

    private void Fill(Contender<TCaller> contender)
    {
        for (var i = 0; i < partitions; i++)
        {
            contender.Acquire(create(i));
        }
    }

    /// <summary>
    /// Leaves them alone: until the last one is dropped where that can be told, since what is done in the background is done
    /// seldom; else for the time of a measurement, since it is done ten times a second.
    /// </summary>
    private double ShareWhileIdle(string name, Contender<TCaller> contender)
    {
        if (contender.Count is null)
        {
            return ProcessorTime.WhileIdle(time);
        }

        var start = TimeProvider.System.GetTimestamp();
        var share = ProcessorTime.WhileIdleUntil(() => contender.Count == 0);
        Console.WriteLine($"{name}: the last partition was dropped after {TimeProvider.System.GetElapsedTime(start).TotalSeconds:N0} s.");
        return share;
    }

    /// <summary>As before, but with one sweep after the other: the worst that can be, whatever the window.</summary>
    private void MeasureWhileSweeping(string name, Contender<TCaller> contender, TCaller[] callers)
    {
        using var over = new CancellationTokenSource();
        var sweeper = new Thread(() =>
        {
            while (!over.IsCancellationRequested)
            {
                contender.TrySweep();
            }
        });
        sweeper.Start();
        var latencies = Latencies.Measure(contender, callers, time / 2);
        over.Cancel();
        sweeper.Join();
        ScaleReport.Print($"{name}, sweeping", bytes: null, share: null, latencies);
    }

    private TCaller[] Callers()
    {
        var random = new Random(Seed);
        return [.. Enumerable.Range(0, Calls).Select(_ => create(random.Next(partitions)))];
    }
}
