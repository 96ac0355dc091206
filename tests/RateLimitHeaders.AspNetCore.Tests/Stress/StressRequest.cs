namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>One request after the other, each a step at a time: it asks, may wait, charges and refunds, and ends.</summary>
internal sealed class StressRequest : IDisposable
{
    private readonly StressRound _round;
    private readonly List<StressEvent> _events;
    private readonly DefaultHttpContext _context = new();
    private readonly LimitedRequest _request = new();

    // What the request has taken and not given back, the last of it on top.
    private readonly Stack<StressEvent> _taken = [];
    private CancellationTokenSource _abort = new();
    private Task? _waiting;

    public StressRequest(StressRound round, List<StressEvent> events)
    {
        _round = round;
        _events = events;
        _context.Features.Set(this);
    }

    public int Caller { get; private set; }

    /// <summary>Gets what the request costs each quota; <see cref="PermitCost.AnyLeft"/> now and then.</summary>
    public long Cost { get; private set; }

    /// <summary>Gets the permits of a concurrency quota that the request holds once it is admitted: one where any must be left.</summary>
    public long Slots => PermitCost.Needed(Cost);

    /// <summary>Gets the share of the quotas' own limits that this request has.</summary>
    public double Share { get; private set; }

    public bool IsWaiting => _waiting is not null;

    public bool IsGranted { get; private set; }

    public void Step(Random random)
    {
        if (_waiting is not null)
        {
            Wait(random);
        }
        else if (IsGranted)
        {
            GoOn(random);
        }
        else
        {
            var most = _round.Plan.Timed.Select(quota => (int)quota.Limit).Append(_round.Plan.Slots > 0 ? _round.Plan.Slots : 3).Min();
            Ask(random.Next(_round.Plan.Callers), random.Next(3) > 0 ? 1 : random.Next(-1, most + 2), _round.Plan.NextShare(random));
        }
    }

    /// <summary>Asks, and takes the answer if it comes at once.</summary>
    /// <returns>The answer, until the next one.</returns>
    public RateLimitDecision Ask(int caller, long cost, double share)
    {
        (Caller, Cost, Share) = (caller, cost, share);
        _context.RequestAborted = _abort.Token;
        _request.Complete();
        var snapshot = _round.Policy.Snapshot;
        _request.Begin(_context, snapshot.Policies[0], snapshot.Handling);
        _waiting = snapshot.Policies[0].DecideAsync(_request).AsTask();
        Settle();
        return _request.Decision;
    }

    /// <summary>Takes the answer, if there is one.</summary>
    public void Settle()
    {
        if (_waiting is not { IsCompleted: true } decided)
        {
            return;
        }

        _waiting = null;
        if (decided.IsCanceled)
        {
            _abort.Dispose();
            _abort = new();
            return;
        }

        decided.GetAwaiter().GetResult();
        var decision = _request.Decision;
        DecisionInvariants.CheckStatuses(decision.Statuses);
        DecisionInvariants.CheckDecision(decision, Cost);
        IsGranted = decision.IsAcquired;
        if (IsGranted)
        {
            _round.Hold(Caller, Slots);
            _taken.Clear();
            Take(StressEventKind.Grant, PermitCost.Taken(Cost));
        }
    }

    /// <summary>Ends the request if it was granted, and gives back what it holds.</summary>
    public void End()
    {
        if (IsGranted)
        {
            IsGranted = false;
            _round.LetGo(Caller, Slots);
            if (_request.Decision.HoldsPermits)
            {
                Assert.True(_request.Plan.ReleaseAsync(_request.Decision).AsTask().IsCompletedSuccessfully);
            }
        }
    }

    public void Dispose() => _abort.Dispose();

    private void Wait(Random random)
    {
        if (random.Next(8) == 0)
        {
            _abort.Cancel();
        }

        Settle();
    }

    private void GoOn(Random random)
    {
        var permits = random.Next(4);
        switch (_round.Plan.Adjusts ? random.Next(6) : 4 + random.Next(2))
        {
            case 0:
                Complete(_request.FeatureOf(_context).ChargeAsync(permits));
                Take(StressEventKind.Charge, permits);
                break;
            case 1:
                Complete(_request.FeatureOf(_context).RefundAsync(permits));
                GiveBack(permits);
                break;
            case 2:
                Complete(_request.FeatureOf(_context).ChargeAsync(0));
                break;
            default:
                End();
                return;
        }

        DecisionInvariants.CheckStatuses(_request.Decision.Statuses);

        static void Complete(ValueTask adjusted) => Assert.True(adjusted.IsCompletedSuccessfully);
    }

    private void Take(StressEventKind kind, long permits)
    {
        if (permits > 0)
        {
            var now = _request.Decision.TakenAt;
            _taken.Push(new StressEvent(Caller, kind, now, now, permits));
            _events.Add(_taken.Peek());
        }
    }

    /// <summary>Notes the most that a refund gives back: no more than the request has, what it took last first.</summary>
    private void GiveBack(long permits)
    {
        while (permits > 0 && _taken.TryPop(out var taken))
        {
            var kind = taken.Kind == StressEventKind.Grant ? StressEventKind.Refund : StressEventKind.ChargeRefund;
            var given = Math.Min(permits, taken.Permits);
            _events.Add(new StressEvent(Caller, kind, _request.Decision.TakenAt, taken.At, given));
            permits -= given;
            if (given < taken.Permits)
            {
                _taken.Push(taken with { Permits = taken.Permits - given });
            }
        }
    }
}
