namespace RateLimitHeaders.AspNetCore;

/// <summary>The charges and refunds of requests under a plan once their response is known.</summary>
internal sealed class PlanSettlement
{
    private readonly CountedBytes[] _bytes;
    private readonly QuotaCounting?[] _countings;

    private PlanSettlement(CountedBytes[] bytes, QuotaCounting?[] countings, PlanReset[] resets)
    {
        _bytes = bytes;
        _countings = countings;
        Resets = resets;
        CountsResponse = bytes.Contains(CountedBytes.Response);
        CountsRequest = bytes.Contains(CountedBytes.Request);
        EvaluatesResponse = resets.Length > 0 || countings.Any(counting => counting is not null);
    }

    /// <summary>Gets a value indicating whether bytes of responses are counted.</summary>
    public bool CountsResponse { get; }

    /// <summary>Gets a value indicating whether bytes of requests are counted.</summary>
    public bool CountsRequest { get; }

    /// <summary>Gets a value indicating whether the counts depend on the response.</summary>
    public bool EvaluatesResponse { get; }

    /// <summary>Gets the resets that clear what callers have used.</summary>
    public IReadOnlyList<PlanReset> Resets { get; }

    /// <summary>Gets the number of quotas.</summary>
    public int Count => _bytes.Length;

    /// <summary>Returns the settlement of a plan; <see langword="null"/> if nothing is settled.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="bytes">The bytes that each quota counts.</param>
    public static PlanSettlement? Of(Plan plan, CountedBytes[] bytes) => OfAny(
        bytes,
        [.. plan.Definition.QuotaDefinitions.Select(quota => quota.Counting)],
        plan.Definition.ResetsOn is { } when ? [new PlanReset(Part: -1, plan, First: 0, when)] : []);

    /// <summary>Returns the settlement of several plans that decide together; <see langword="null"/> if nothing is settled.</summary>
    /// <param name="members">The plans, with the settlement of each.</param>
    /// <param name="count">The number of all quotas.</param>
    public static PlanSettlement? Join(IEnumerable<(CombinedMember Member, PlanSettlement? Settlement)> members, int count)
    {
        var (bytes, countings, resets) = (new CountedBytes[count], new QuotaCounting?[count], new List<PlanReset>());
        foreach (var (member, settlement) in members)
        {
            settlement?._bytes.CopyTo(bytes, member.First);
            settlement?._countings.CopyTo(countings, member.First);
            resets.AddRange(settlement?.Resets.Select(reset => reset with { Part = member.Part, First = member.First, Bans = member.Bans }) ?? []);
        }

        return OfAny(bytes, countings, [.. resets]);
    }

    /// <summary>Returns the bytes that a quota counts.</summary>
    public CountedBytes BytesOf(int quota) => _bytes[quota];

    /// <summary>Returns which responses a quota counts; <see langword="null"/> for all.</summary>
    public QuotaCounting? CountingOf(int quota) => _countings[quota];

    private static PlanSettlement? OfAny(CountedBytes[] bytes, QuotaCounting?[] countings, PlanReset[] resets)
    {
        var settlement = new PlanSettlement(bytes, countings, resets);
        return settlement.EvaluatesResponse || settlement.CountsResponse || settlement.CountsRequest ? settlement : null;
    }
}
