namespace RateLimitHeaders.AspNetCore.Clients.Tests;

/// <summary>
/// Quotas of the sample's search under which the clients are tested, with windows that a test can wait for, and so long that the first
/// requests of a client are within one on a busy machine.
/// </summary>
/// <param name="Name">What they are called in the tests.</param>
/// <param name="Requests">The requests of each client: more than are admitted at once.</param>
/// <param name="Change">Changes the sample's quotas; none to leave them.</param>
public sealed record TestedQuotas(string Name, int Requests, Action<OrderedDictionary<string, QuotaOptions>>? Change)
{
    public const string Bucket = "token bucket";
    public const string Several = "several quotas";

    public static readonly TimeSpan ShortWindow = TimeSpan.FromSeconds(8);

    public static IReadOnlyList<TestedQuotas> All { get; } =
    [
        new("fixed window", 5, quotas => Replace(quotas, ("fixed", Window(QuotaAlgorithm.FixedWindow, 3, TimeSpan.FromSeconds(8))))),
        new("sliding window, as the sample has it", 4, Change: null),
        new(Bucket, 5, quotas => Replace(quotas, ("bucket", new QuotaOptions
        {
            Algorithm = QuotaAlgorithm.TokenBucket,
            PermitLimit = 3,
            RefillPerSecond = 0.125,
        }))),
        new(Several, 6, quotas => Replace(
            quotas,
            ("short", Window(QuotaAlgorithm.FixedWindow, 2, ShortWindow)),
            ("long", Window(QuotaAlgorithm.SlidingWindow, 4, TimeSpan.FromSeconds(24))))),
    ];

    private static QuotaOptions Window(QuotaAlgorithm algorithm, double limit, TimeSpan length) =>
        new() { Algorithm = algorithm, PermitLimit = limit, Window = length };

    private static void Replace(OrderedDictionary<string, QuotaOptions> quotas, params (string Name, QuotaOptions Quota)[] others)
    {
        quotas.Clear();
        foreach (var (name, quota) in others)
        {
            quotas.Add(name, quota);
        }
    }
}
