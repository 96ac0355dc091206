using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>What requests under a plan are charged, or given back, once their response is known.</summary>
internal sealed class PlanSettlement
{
    private readonly CountedBytes[] _bytes;
    private readonly QuotaCounting?[] _countings;

    private PlanSettlement(CountedBytes[] bytes, QuotaCounting?[] countings, Func<HttpResponse, bool>? resetsOn)
    {
        _bytes = bytes;
        _countings = countings;
        ResetsOn = resetsOn;
        CountsResponse = bytes.Contains(CountedBytes.Response);
        CountsRequest = bytes.Contains(CountedBytes.Request);
        AsksResponse = resetsOn is not null || countings.Any(counting => counting is not null);
    }

    /// <summary>Gets a value indicating whether bytes of responses are counted.</summary>
    public bool CountsResponse { get; }

    /// <summary>Gets a value indicating whether bytes of requests are counted.</summary>
    public bool CountsRequest { get; }

    /// <summary>Gets a value indicating whether it depends on the response what counts.</summary>
    public bool AsksResponse { get; }

    /// <summary>Gets what tells whether a response has all forgotten; <see langword="null"/> for none.</summary>
    public Func<HttpResponse, bool>? ResetsOn { get; }

    /// <summary>Gets the number of quotas.</summary>
    public int Count => _bytes.Length;

    /// <summary>Gets the settlement of a plan; <see langword="null"/> where nothing is settled.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="countsBytes">Tells whether the endpoint leaves it to a quota to count bytes.</param>
    public static PlanSettlement? Of(PlanDefinition plan, Func<QuotaDefinition, bool> countsBytes)
    {
        var settlement = new PlanSettlement(
            [.. plan.QuotaDefinitions.Select(quota => countsBytes(quota) ? quota.Bytes : CountedBytes.None)],
            [.. plan.QuotaDefinitions.Select(quota => quota.Counting)],
            plan.ResetsOn);
        return settlement.AsksResponse || settlement.CountsResponse || settlement.CountsRequest ? settlement : null;
    }

    /// <summary>Gets the bytes that a quota counts.</summary>
    public CountedBytes BytesOf(int quota) => _bytes[quota];

    /// <summary>Gets which responses a quota counts; <see langword="null"/> for all.</summary>
    public QuotaCounting? CountingOf(int quota) => _countings[quota];
}
