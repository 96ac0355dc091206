using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Creates a request of the caller for each policy, which reads its statuses. It charges nothing, and requests the statuses of all policies of a
/// store at once. Bans that were not read for half a second are read afterwards.
/// </summary>
internal static class PeekedRequests
{
    /// <summary>Creates them.</summary>
    /// <returns>A request for each policy, with a decision that charged nothing; it has no plan if the token type is exempt.</returns>
    public static async Task<IReadOnlyList<LimitedRequest>> OfAsync(HttpContext context, RateLimitSnapshot snapshot)
    {
        // Not from the pool: each ends with this answer.
        LimitedRequest[] requests = [.. snapshot.Policies.Select(policy =>
        {
            var request = new LimitedRequest();
            request.Begin(context, policy, snapshot.Handling);
            return request;
        })];
        await IdentifyAsync(requests);

        var group = new PeekGroup();
        List<Task> peeks = [];
        foreach (var request in requests)
        {
            var plan = request.Policy.PlanOf(request, out var limits);
            if (plan.Partitions is not { } partitions)
            {
                continue;
            }

            if (request.Policy.HasDimensions)
            {
                request.ReportNothing(plan, "the policy counts the requests of a caller separately by values of the requests.");
            }
            else if (!request.Policy.IsForeign && request.Policy.Principals.TakesAnyId)
            {
                request.ReportNothing(plan, "the policy takes any id that a request names, so that the answer would be about other callers, too.");
            }
            else
            {
                peeks.Add(PeekAsync(partitions, request.PeekOf(plan, limits, group), context.RequestAborted));
            }
        }

        await group.SendAsync(context.RequestAborted);
        await Task.WhenAll(peeks);
        return requests;
    }

    private static async Task PeekAsync(PlanPartitions partitions, PeekArguments peek, CancellationToken cancellationToken)
    {
        await partitions.PeekAsync(peek, cancellationToken);
        if (partitions is BanningPartitions banning)
        {
            await banning.WriteBanAsync(new AcquireArguments(peek.Principal, default, peek.Limits), peek.Decision);
        }
    }

    /// <summary>Identifies the caller once for all policies with the same rules: one of them may query a database.</summary>
    private static async Task IdentifyAsync(LimitedRequest[] requests)
    {
        foreach (var same in requests.Where(request => !request.Policy.IsForeign).GroupBy(request => request.Policy.Principals))
        {
            var first = same.First();
            await same.Key.ResolveAsync(first);
            foreach (var request in same)
            {
                request.IdentifyAs(first);
            }
        }
    }
}
