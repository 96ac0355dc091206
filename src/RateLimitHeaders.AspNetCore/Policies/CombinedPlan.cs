using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Plans of several policies that decide together: the quotas of all of them are charged together or not at all.</summary>
internal sealed class CombinedPlan : Plan
{
    private readonly CombinedMember[] _members;
    private readonly CombinedAcquisition _acquisition;
    private readonly int _shown;
    private readonly bool _showsForeign;

    private CombinedPlan(CombinedDefinition definition, PlanTags tags, ILogger logger)
        : base(definition.Plan, partitions: null, tags, logger, definition.Plan.Displays?[..definition.Shown], definition.IsReportOnly)
    {
        _members = [.. definition.Members];
        (_shown, _showsForeign) = (definition.Shown, definition.ShowsForeign);
        HasReportOnly = _members.Any(member => member.Plan.IsReportOnly);
        _acquisition = CombinedAcquisition.Of(_members);
    }

    /// <summary>Combines plans.</summary>
    /// <param name="plans">The plan of each part of a request; <see langword="null"/> if none applies.</param>
    /// <param name="logger">The logger.</param>
    public static CombinedPlan Create(IReadOnlyList<Plan?> plans, ILogger logger)
    {
        var definition = CombinedDefinition.Of(plans);
        return new CombinedPlan(definition, PlanTags.Join(definition.Members.Select(member => member.Plan.Tags)), logger);
    }

    public override ReadOnlySpan<QuotaStatus> ShownOf(ReadOnlySpan<QuotaStatus> statuses) => statuses.Length switch
    {
        var count when count > Definition.Quotas.Count && _showsForeign =>
            _shown == Definition.Quotas.Count ? statuses : (QuotaStatus[])[.. statuses[.._shown], .. statuses[Definition.Quotas.Count..]],
        var count when count > _shown => statuses[.._shown],
        _ => statuses,
    };

    public override int ShownIndexOf(int quota) => quota < _shown ? quota
        : quota >= Definition.Quotas.Count && _showsForeign ? quota - Definition.Quotas.Count + _shown
        : -1;

    public override int IndexOfShown(int shown) => shown < _shown ? shown : shown - _shown + Definition.Quotas.Count;

    public override int PartOf(int quota) => MemberOf(quota).Part;

    public override string DisplayedNameOf(int quota) =>
        MemberOf(quota) is { Names: { } names } member ? names[quota - member.First].Name : base.DisplayedNameOf(quota);

    public override ReadOnlyMemory<long> CostsOf(LimitedRequest request)
    {
        var costs = request.CostBuffer(Definition.Quotas.Count);
        foreach (var member in _members)
        {
            member.PartOf(request).RequestedCosts.CopyTo(costs[member.First..]);
        }

        return costs;
    }

    public override PlanCosts CreateCosts(EndpointCosts? endpoint)
    {
        // The permits are those of the parts (CostsOf).
        var settlements = _members.Select(member => (member, member.Plan.CostsUnder(endpoint).Settlement));
        return new(Definition, [], functions: null, PlanSettlement.Join(settlements, Definition.Quotas.Count), Logger);
    }

    /// <summary>Makes all plans decide; if one rejects, the others give back what they took.</summary>
    public ValueTask AcquireAsync(LimitedRequest request) => _acquisition.AcquireAsync(request);

    /// <summary>Returns whether each plan that this library counts has statuses.</summary>
    public bool HasStatuses(LimitedRequest request)
    {
        foreach (var member in _members)
        {
            if (!member.IsForeign && member.PartOf(request).Decision.Statuses.IsEmpty)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Combines the decisions of all plans.</summary>
    public void Complete(LimitedRequest request)
    {
        CombinedDecision.Write(request, _members);
        ClearUncharged(request, request.CostBuffer(Definition.Quotas.Count).Span);
    }

    public override ReadOnlyMemory<long> ChargedOf(LimitedRequest request, ReadOnlyMemory<long> permits)
    {
        if (!HasReportOnly || IsReportOnly)
        {
            return permits;
        }

        var charged = permits.ToArray();
        ClearUncharged(request, charged);
        return charged;
    }

    public override ValueTask AdjustAsync(RateLimitDecision decision, in AdjustArguments arguments) => AdjustPartsAsync(decision, arguments);

    public override async ValueTask ReleaseAsync(RateLimitDecision decision)
    {
        var request = (LimitedRequest)decision.State!;
        decision.HoldsPermits = false;
        foreach (var member in _members)
        {
            if (member.PartOf(request).Decision is { HoldsPermits: true } part)
            {
                await member.Plan.ReleaseAsync(part);
            }
        }
    }

    /// <summary>Clears the permits of report-only plans that would reject the request: they are charged nothing for it.</summary>
    private void ClearUncharged(LimitedRequest request, Span<long> permits)
    {
        if (!HasReportOnly || IsReportOnly)
        {
            return;
        }

        foreach (var member in _members)
        {
            if (member.Plan.IsReportOnly && !member.PartOf(request).Decision.IsAcquired)
            {
                permits.Slice(member.First, member.Count).Clear();
            }
        }
    }

    private CombinedMember MemberOf(int quota) =>
        Array.FindLast(_members, member => member.First <= quota && (member.IsForeign || quota < member.First + member.Count))!;

    private async ValueTask AdjustPartsAsync(RateLimitDecision decision, AdjustArguments arguments)
    {
        var request = (LimitedRequest)decision.State!;
        foreach (var member in _members)
        {
            var permits = arguments.Permits.Slice(member.First, member.Count);
            var part = member.PartOf(request).Decision;
            part.BeginAdjustment();
            await member.Plan.AdjustAsync(part, request.AdjustmentOf(member.Plan, permits));
        }

        CombinedDecision.WriteStatuses(request, _members);
        decision.Uncharged = 0;
        foreach (var member in _members)
        {
            var part = member.PartOf(request).Decision;
            decision.Uncharged += part.Uncharged;
            decision.LeaveOut(member.First, part.LeftOut);
        }
    }
}
