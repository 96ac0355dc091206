using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace RateLimitHeaders.AspNetCore.Testing;

/// <summary>
/// A request that passes through the pipeline of the application like any other, up to its endpoint, which does not run. The permits that it
/// took are given back, or all permits that are left are taken with it.
/// </summary>
/// <remarks>
/// The test and the application run in one process, so that the result needs no format on the wire.
/// </remarks>
/// <param name="exhausts">Whether all permits that are left are taken.</param>
/// <param name="quota">The only quota to exhaust; <see langword="null"/> for all.</param>
internal sealed class Probe(bool exhausts, string? quota) : IDisposable
{
    // The most that a request can have taken.
    private const long All = 999_999_999_999_999;

    private static readonly ConcurrentDictionary<string, Probe> s_probes = new(StringComparer.Ordinal);
    private static int s_last;

    private readonly TaskCompletionSource _passed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets the id by which the application finds the probe.</summary>
    public string Id { get; } = Interlocked.Increment(ref s_last).ToString(CultureInfo.InvariantCulture);

    /// <summary>Gets a value indicating whether the application has received the request.</summary>
    public bool IsReceived { get; private set; }

    /// <summary>Gets the standing of the caller; <see langword="null"/> if no limit decided about the request.</summary>
    public CallerStanding? Standing { get; private set; }

    /// <summary>Gets the reason why no limit decided about the request, if the library knows it.</summary>
    public string? WhyNotLimited { get; private set; }

    /// <summary>Returns whether a quota can be charged: running requests hold the permits of a concurrency quota.</summary>
    public static bool Charges(in QuotaStatus status) => status.Quota.Unit != QuotaUnits.ConcurrentRequests;

    public static Probe? Find(string id) => s_probes.GetValueOrDefault(id);

    /// <summary>Makes the probe known to the application, until it is disposed.</summary>
    public void Register() => s_probes[Id] = this;

    /// <summary>Waits until the application has finished the request, which may be later than its response.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _passed.Task.WaitAsync(cancellationToken);

    public void Dispose() => s_probes.TryRemove(Id, out _);

    public async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        IsReceived = true;
        context.Features.Set<IEndpointFeature>(new ProbedEndpointFeature(AnswerAsync));
        try
        {
            await next(context);

            // Rejected, or without an endpoint.
            await LookAsync(context);
        }
        finally
        {
            _passed.TrySetResult();
        }
    }

    /// <summary>Runs instead of the endpoint.</summary>
    private async Task AnswerAsync(HttpContext context)
    {
        // No success, which could reset counts, and started, so that no other code answers instead. Permits of a response that does not count
        // are given back when it starts, so that permits that are charged afterwards stay charged.
        context.Response.StatusCode = StatusCodes.Status418ImATeapot;
        await context.Response.StartAsync(context.RequestAborted);
        await LookAsync(context);
    }

    private async Task LookAsync(HttpContext context)
    {
        if (Standing is not null || context.GetRateLimitFeature() is not { } feature)
        {
            return;
        }

        if (feature.Outcome == RateLimitOutcome.NotLimited)
        {
            WhyNotLimited = feature.WhyNoHeaders;
            return;
        }

        if (exhausts)
        {
            await ExhaustAsync(feature);
        }
        else
        {
            await RefundAsync(feature);
        }

        Standing = new CallerStanding(feature);
    }

    // Quotas that count bytes are given back only by name.
    private static async Task RefundAsync(RateLimitFeature feature)
    {
        foreach (var status in feature.Statuses)
        {
            await feature.RefundAsync(status.Name, All);
        }
    }

    private async Task ExhaustAsync(RateLimitFeature feature)
    {
        foreach (var status in feature.Statuses)
        {
            if (status.Remaining > 0 && Charges(status) && (quota is null || status.Name == quota))
            {
                await feature.ChargeAsync(status.Name, status.Remaining);
            }
        }
    }
}
