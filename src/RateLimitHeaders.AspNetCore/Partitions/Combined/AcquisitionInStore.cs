namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Decides about plans in one store, in one step of it. While the store cannot count, or if it cannot count these callers in one
/// step, the plans are decided one after the other.
/// </summary>
internal sealed class AcquisitionInStore : CombinedAcquisition
{
    private readonly CombinedMember[] _members;
    private readonly GuardedPartitions[] _partitions;
    private readonly StoreGuard _guard;
    private readonly bool _chargesAfterOutage;
    private readonly AcquisitionInTurn _inTurn;

    private AcquisitionInStore(CombinedMember[] members, AcquisitionInTurn inTurn)
    {
        _members = members;
        _partitions = [.. members.Select(member => GuardedOf(member.Plan)!)];
        _guard = _partitions[0].Guard;
        _chargesAfterOutage = _partitions.Any(static partitions => partitions.ChargesAfterOutage);
        _inTurn = inTurn;
    }

    /// <summary>Creates it, if all plans are counted in one store that can do so, and take no batches.</summary>
    public static AcquisitionInStore? TryCreate(CombinedMember[] members, AcquisitionInTurn inTurn) =>
        members.All(member => GuardedOf(member.Plan) is { Guard.Store.CombinesPlans: true })
        && members.All(member => member.Plan.Definition.ConcurrencyIndex < 0)
            ? new(members, inTurn)
            : null;

    public override async ValueTask AcquireAsync(LimitedRequest request)
    {
        var remembered = new RememberedParts(request, _members);
        if (remembered.TryReject())
        {
            return;
        }

        if (!_guard.IsAvailable)
        {
            await _inTurn.AcquireAsync(request, remembered.AcquireAsync);
            return;
        }

        var before = _members.Select(member => (member.Plan.Counted as RememberingPartitions)?.BeginCall() ?? default).ToArray();
        var call = new CombinedCall(_guard.Store, [.. _members.Select((member, i) => AcquisitionOf(member.PartOf(request), _partitions[i].Store))]);
        var terms = new CallTerms(new ProbeTarget(_partitions[0].Store, _members[0].PartOf(request).Decision.Caller))
        {
            OnLateAnswer = _chargesAfterOutage ? NoteLateAnswer(call) : null,
        };
        if (!await _guard.RunAsync(terms, call, static call => call.RunAsync()))
        {
            await _inTurn.AcquireAsync(request, static part => GuardedOf(part.Plan)!.FallBackAsync(part.Arguments, part.Decision));
            return;
        }

        if (!call.IsDone)
        {
            await _inTurn.AcquireAsync(request, remembered.AcquireAsync);
            return;
        }

        for (var i = 0; i < _members.Length; i++)
        {
            var part = _members[i].PartOf(request);
            _partitions[i].Accept(call.Plans[i].Decision, part.Decision);
            (part.Plan.Counted as RememberingPartitions)?.Remember(part.Arguments, part.Decision, before[i], remembered.IsCheck(part));
        }
    }

    private Action NoteLateAnswer(CombinedCall call) => () =>
    {
        for (var i = 0; i < _partitions.Length && call.IsTaken; i++)
        {
            var arguments = call.Plans[i].Arguments;
            _partitions[i].NoteCounted(arguments.Caller, arguments.Costs.Span);
        }
    };

    /// <summary>Copies the arguments: an answer that comes too late finds nothing of a request that is over.</summary>
    private static PlanAcquisition AcquisitionOf(LimitedRequest part, StorePartitions store)
    {
        var arguments = part.Arguments;
        return new(
            store,
            new AcquireArguments(arguments.Caller, arguments.Costs.ToArray(), arguments.Limits.ToArray())
            {
                InitialLimits = arguments.InitialLimits,
                HttpContext = arguments.HttpContext,
            },
            new RateLimitDecision { Principal = arguments.Caller });
    }

    private static GuardedPartitions? GuardedOf(Plan plan) =>
        (plan.Counted is RememberingPartitions remembering ? remembering.Next : plan.Counted) as GuardedPartitions;
}
