using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A random plan, and what is done to it; which prints itself.</summary>
/// <param name="Seed">What all of it follows from.</param>
/// <param name="Timed">The quotas that time refills.</param>
/// <param name="Slots">The limit of the concurrency quota; 0 for none.</param>
/// <param name="Queue">How many may wait for it.</param>
/// <param name="Order">Which of those is served first.</param>
/// <param name="Callers">How many there are.</param>
/// <param name="Room">How many partitions there may be.</param>
/// <param name="LimitsChange">Whether each request has limits of its own.</param>
/// <param name="Adjusts">Whether requests charge and refund.</param>
internal sealed record StressPlan(
    int Seed, RandomQuota[] Timed, int Slots, int Queue, QueueProcessingOrder Order, int Callers, int Room, bool LimitsChange, bool Adjusts)
{
    public const string SlotsName = "slots";

    // Shares of the quotas' own limits: nothing, nearly nothing, less, the same and more.
    private static readonly double[] s_shares = [0, 1 / 64.0, 0.5, 1, 1, 1.25, 2];

    /// <summary>
    /// Gets a value indicating whether callers may share a partition. Room for as many as there are is not enough: two
    /// requests of one new caller may both look for some, and the one that finds none shares.
    /// </summary>
    public bool Overflows => Room <= Callers;

    public long LongestWindow => Timed.Select(quota => quota.Window).DefaultIfEmpty(TimeSpan.TicksPerSecond).Max();

    public static StressPlan Create(int seed)
    {
        var random = new Random(seed);
        var count = random.Next(1, 4);
        var slots = random.Next(5) < 2 ? random.Next(1, 6) : 0;
        var unit = random.GetItems([101L, 1_000_003, TimeSpan.TicksPerSecond, TimeSpan.TicksPerMinute], 1)[0];
        var timed = Enumerable.Range(0, slots > 0 ? count - 1 : count).Select(_ => new RandomQuota(
            random.GetItems([RandomQuota.Fixed, RandomQuota.Aligned, RandomQuota.Sliding, RandomQuota.Bucket], 1)[0],
            (random.Next(1, 21) * 64) + (random.Next(3) == 0 ? random.Next(64) : 0),
            unit * random.Next(1, 9),
            random.Next(1, 13)));
        var callers = random.Next(1, 6);
        return new StressPlan(
            seed,
            [.. timed],
            slots,
            slots > 0 ? random.Next(4) : 0,
            random.Next(2) == 0 ? QueueProcessingOrder.OldestFirst : QueueProcessingOrder.NewestFirst,
            callers,
            random.Next(4) == 0 ? random.Next(1, callers + 1) : 100,
            random.Next(3) == 0,
            random.Next(2) == 0);
    }

    /// <summary>The share of its limits that the next request has.</summary>
    public double NextShare(Random random) => LimitsChange ? s_shares[random.Next(s_shares.Length)] : 1;

    /// <summary>The most that a quota's limit ever is.</summary>
    public double MostOf(RandomQuota quota) => LimitsChange ? quota.Limit * s_shares.Max() : quota.Limit;

    /// <summary>A step of the clock: mostly within a window, now and then to where one ends, or beyond all.</summary>
    public TimeSpan NextStep(Random random) => new(random.Next(12) switch
    {
        0 => LongestWindow,
        1 => random.NextInt64(3 * LongestWindow),
        2 or 3 => 1,
        _ => random.NextInt64((LongestWindow / 8) + 1),
    });

    public override string ToString() =>
        $"Seed {Seed}: {Callers} callers, room for {Room}, limits {(LimitsChange ? "change" : "stay")}, "
        + $"{(Adjusts ? "with" : "without")} charges and refunds; {Slots} slots, queue of {Queue}, {Order}; {string.Join("; ", Timed.Select(quota => quota.ToString()))}";
}
