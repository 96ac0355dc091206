using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Several policies that decide about a request together: an endpoint's own and the global one, or several of one endpoint.</summary>
internal sealed class PolicyCombination
{
    private readonly Policy[] _policies;
    private readonly PrincipalResolver? _principals;
    private readonly ILogger _logger;

    // The key is the combination of plan indexes. A policy that does not apply counts as one more plan.
    private readonly ConcurrentDictionary<UInt128, CombinedPlan> _plans = [];

    /// <param name="policies">The policies: the endpoint's own, the nearest first, and then the global one.</param>
    /// <param name="logger">The logger.</param>
    public PolicyCombination(IReadOnlyList<Policy> policies, ILogger logger)
    {
        _policies = [.. policies];
        _principals = policies.FirstOrDefault(policy => !policy.IsForeign)?.Principals;
        _logger = logger;
    }

    /// <summary>Decides about a request.</summary>
    public ValueTask DecideAsync(LimitedRequest request)
    {
        var identified = _principals?.ResolveAsync(request) ?? default;
        return identified.IsCompletedSuccessfully ? PrepareAsync(request, first: 0) : PrepareAfterAsync(request, identified, first: 0);
    }

    /// <summary>Prepares the request under each policy, and decides.</summary>
    private ValueTask PrepareAsync(LimitedRequest request, int first)
    {
        for (var i = first; i < _policies.Length; i++)
        {
            var policy = _policies[i];
            var part = request.AddPart(policy);
            if (policy.IsForeign || policy.Principals != _principals)
            {
                var prepared = policy.PrepareAsync(part);
                if (!prepared.IsCompletedSuccessfully)
                {
                    return PrepareAfterAsync(request, prepared, i + 1);
                }
            }
            else
            {
                policy.Prepare(part, request);
            }
        }

        return AcquireAsync(request);
    }

    private async ValueTask PrepareAfterAsync(LimitedRequest request, ValueTask earlier, int first)
    {
        await earlier;
        await PrepareAsync(request, first);
    }

    private ValueTask AcquireAsync(LimitedRequest request)
    {
        if (ChoosePlan(request, static part => part.HasPlan) is not { } plan)
        {
            // The token type is exempt from all policies.
            return default;
        }

        request.Prepare(plan, plan.CostsOf(request), default);
        var acquired = plan.AcquireAsync(request);
        if (!acquired.IsCompletedSuccessfully)
        {
            return CompleteAfterAsync(request, plan, acquired);
        }

        Complete(request, plan);
        return default;
    }

    private async ValueTask CompleteAfterAsync(LimitedRequest request, CombinedPlan plan, ValueTask acquired)
    {
        await acquired;
        Complete(request, plan);
    }

    /// <summary>Combines the decisions of all policies.</summary>
    private void Complete(LimitedRequest request, CombinedPlan plan)
    {
        if (!plan.HasStatuses(request))
        {
            // A policy that could not be counted has no statuses and is left out. It stays if it decides the outcome.
            Func<LimitedRequest, bool> isShown = IsRejected(request)
                ? static part => part.HasPlan && (part.Policy.IsForeign || part.Outcome == RateLimitOutcome.Rejected || !part.Decision.Statuses.IsEmpty)
                : static part => part.HasPlan && (part.Policy.IsForeign || part.IsRejected || !part.Decision.Statuses.IsEmpty);
            plan = ChoosePlan(request, isShown) ?? plan;
            request.Prepare(plan, plan.CostsOf(request), default);
        }

        plan.Complete(request);
    }

    /// <summary>
    /// Returns whether a quota or a ban rejects the request under one of the policies, so that those that could not be counted do not matter.
    /// </summary>
    private static bool IsRejected(LimitedRequest request)
    {
        foreach (var part in request.Parts)
        {
            if (part.Outcome == RateLimitOutcome.Rejected)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Returns the plan that combines those that apply; <see langword="null"/> if none does.</summary>
    private CombinedPlan? ChoosePlan(LimitedRequest request, Func<LimitedRequest, bool> applies)
    {
        var (choice, isAny) = (UInt128.Zero, false);
        for (var i = 0; i < _policies.Length; i++)
        {
            var part = request.Parts[i];
            var isApplied = applies(part);
            isAny |= isApplied;
            choice = (choice * (uint)(_policies[i].PlanCount + 1)) + (uint)(isApplied ? part.Plan.Index : _policies[i].PlanCount);
        }

        return !isAny ? null : _plans.TryGetValue(choice, out var plan) ? plan : _plans.GetOrAdd(choice, CreatePlan(request, applies));
    }

    private CombinedPlan CreatePlan(LimitedRequest request, Func<LimitedRequest, bool> applies)
    {
        var plans = new Plan?[_policies.Length];
        for (var i = 0; i < plans.Length; i++)
        {
            plans[i] = applies(request.Parts[i]) ? request.Parts[i].Plan : null;
        }

        return CombinedPlan.Create(plans, _logger);
    }
}
