using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>
/// Simulates many servers that share a limit in one store, in faked time: how much less than the limit local batches admit, how
/// often the store is asked, and when a reset on one server is felt by the others. It is no test: it shows numbers.
/// </summary>
internal static class SimulationProgram
{
    private const int Servers = 200;
    private const int Callers = 1_000_000;
    private const int RequestsPerSecond = 200_000;
    private const int Limit = 20_000;
    private const int Steps = 1_000;

    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_step = s_window / Steps;

    public static async Task RunAsync()
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Servers} servers, {Callers:N0} callers of which the r-th most frequent sends 1/r of the first, {RequestsPerSecond:N0} requests a second, {Limit:N0} permits in 10 s"));
        await RunAsync("exact", batches: null);
        await RunAsync("batches", new LocalBatchOptions());
        await HoldAsync();
    }

    /// <summary>
    /// Measures what servers hold of a hot caller and do not use: it sends half of its limit to all of them, and then the rest to one.
    /// </summary>
    private static async Task HoldAsync()
    {
        const int HotServers = 10;
        const int HotLimit = 100_000;
        var options = new LocalBatchOptions();
        using var servers = new SimulatedServers(HotServers, Quota.FixedWindow("q", HotLimit, s_window), options);
        var caller = Of(0);
        var admitted = 0;
        for (; admitted < HotLimit / 2; admitted++)
        {
            await servers.RequestAsync(admitted % HotServers, caller);
            if (admitted % (HotLimit / Steps) == 0)
            {
                servers.Clock.Advance(s_step);
            }
        }

        for (; await servers.RequestAsync(0, caller); admitted++)
        {
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"batches: of a caller that turns to one of {HotServers} servers in the middle of its window, {HotLimit - admitted:N0} of {HotLimit:N0} permits are held unused by the others, "
            + $"each of which holds at most {options.MaxBatch:N0}"));
    }

    private static async Task RunAsync(string name, LocalBatchOptions? batches)
    {
        using var servers = new SimulatedServers(Servers, Quota.FixedWindow("q", Limit, s_window), batches);
        var random = new Random(1);
        var asked = new int[Callers];
        var admitted = new int[Callers];
        for (var step = 0; step < Steps; step++)
        {
            for (var request = 0; request < RequestsPerSecond * s_step.TotalSeconds; request++)
            {
                var caller = Caller(random);
                asked[caller]++;
                admitted[caller] += await servers.RequestAsync(random.Next(Servers), Of(caller)) ? 1 : 0;
            }

            servers.Clock.Advance(s_step - new TimeSpan(step == Steps - 1 ? 1 : 0));
        }

        var limited = Enumerable.Range(0, Callers).Where(caller => asked[caller] > Limit).ToArray();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {(double)servers.Calls / asked.Sum(requests => (long)requests):P1} of the requests asked the store; of {limited.Length} callers that asked for more than the limit, "
            + $"{limited.Min(caller => admitted[caller]):N0} to {limited.Max(caller => admitted[caller]):N0} requests were admitted"));
        var callers = Enumerable.Range(0, Callers).Where(caller => asked[caller] <= Limit && admitted[caller] < asked[caller]).ToArray();
        Console.WriteLine($"{name}: of callers that asked for less, {callers.Length} had a request rejected");
        await ResetAsync(name, servers);
    }

    /// <summary>Measures when each server admits a caller again that was reset on one of them.</summary>
    private static async Task ResetAsync(string name, SimulatedServers servers)
    {
        var caller = Of(Callers);
        var isFelt = new bool[Servers];
        for (var server = 0; server < Servers; server++)
        {
            while (await servers.RequestAsync(server, caller))
            {
            }
        }

        await servers.ResetAsync(0, caller);
        for (var waited = TimeSpan.Zero; ; waited += s_step)
        {
            for (var server = 0; server < Servers; server++)
            {
                isFelt[server] |= await servers.RequestAsync(server, caller);
            }

            if (isFelt.All(felt => felt))
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: a reset on one server is felt by all after {waited.TotalMilliseconds:0} ms at most"));
                return;
            }

            servers.Clock.Advance(s_step);
        }
    }

    /// <summary>Chooses a caller: the chance of each is in inverse proportion to its rank.</summary>
    private static int Caller(Random random) => Math.Min(Callers - 1, (int)Math.Pow(Callers, random.NextDouble()) - 1);

    private static RateLimitPrincipal Of(int caller) => new("user", caller.ToString(CultureInfo.InvariantCulture));
}
