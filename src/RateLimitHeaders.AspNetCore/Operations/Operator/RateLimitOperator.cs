using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Has the partitions of the snapshot in force do what an operator wants.</summary>
internal sealed class RateLimitOperator(RateLimitRuntime runtime, ILoggerFactory loggers) : IRateLimitOperator
{
    private const int MostListed = 1_000;
    private const int MostLooked = 100_000;

    private static readonly TimeSpan s_shortestBan = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = loggers.CreateLogger(Log.Category);

    public Task<IReadOnlyList<RateLimitStanding>> LookAsync(RateLimitTarget target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        var snapshot = runtime.Current;
        var plans = OperatedPlans.Of(snapshot, target.PolicyName, target.TokenType);
        return LookAsync(plans, OperatedPlans.PrincipalOf(snapshot, target), snapshot, cancellationToken);
    }

    public async Task<IReadOnlyList<RateLimitStanding>> ResetAsync(RateLimitTarget target, string identity, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentException.ThrowIfNullOrEmpty(identity);
        var snapshot = runtime.Current;
        var plans = OperatedPlans.Of(snapshot, target.PolicyName, target.TokenType);
        var principal = OperatedPlans.PrincipalOf(snapshot, target);
        foreach (var plan in plans)
        {
            await plan.Partitions!.ResetAsync(principal, cancellationToken);
            Log.OperatorReset(_logger, identity, plan.Definition.PolicyName, principal.TokenType, principal.Id);
        }

        return await LookAsync(plans, principal, snapshot, cancellationToken);
    }

    public async Task<IReadOnlyList<RateLimitStanding>> GrantAsync(
        RateLimitTarget target, RateLimitGrant grant, string identity, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(grant);
        ArgumentException.ThrowIfNullOrEmpty(identity);
        ArgumentOutOfRangeException.ThrowIfLessThan(grant.Permits, 1, nameof(grant));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(grant.Permits, PermitCost.Max, nameof(grant));
        var snapshot = runtime.Current;
        var plans = OperatedPlans.Of(snapshot, target.PolicyName, target.TokenType);
        var granting = plans.Where(plan => AdjustedPermits.AreOf(plan.Definition, grant.QuotaOrUnit)).ToList();
        if (granting.Count == 0)
        {
            throw new ArgumentException($"No plan has a quota by the name or of the unit \"{grant.QuotaOrUnit}\".", nameof(grant));
        }

        var principal = OperatedPlans.PrincipalOf(snapshot, target);
        foreach (var plan in granting)
        {
            await plan.Partitions!.GrantAsync(principal, AdjustedPermits.Of(plan.Definition, grant.QuotaOrUnit, grant.Permits), cancellationToken);
            Log.OperatorGranted(
                _logger, identity, grant.Permits, grant.QuotaOrUnit ?? "all quotas", plan.Definition.PolicyName, principal.TokenType, principal.Id);
        }

        return await LookAsync(plans, principal, snapshot, cancellationToken);
    }

    public Task<IReadOnlyList<RateLimitStanding>> BanAsync(
        RateLimitTarget target, TimeSpan lasting, string identity, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lasting, s_shortestBan);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lasting, QuotaRules.MaxWindow);
        return ChangeBansAsync(
            target,
            identity,
            async (plan, principal) =>
            {
                await plan.Bans!.SetAsync(principal, lasting);
                Log.OperatorBanned(_logger, identity, lasting, plan.Definition.PolicyName, principal.TokenType, principal.Id);
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<RateLimitStanding>> LiftBanAsync(RateLimitTarget target, string identity, CancellationToken cancellationToken) =>
        ChangeBansAsync(
            target,
            identity,
            async (plan, principal) =>
            {
                await plan.Bans!.LiftAsync(principal);
                Log.OperatorLiftedBan(_logger, identity, plan.Definition.PolicyName, principal.TokenType, principal.Id);
            },
            cancellationToken);

    public async Task<RateLimitCallerPage> ListNearestAsync(RateLimitCallerQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentException.ThrowIfNullOrEmpty(query.PolicyName, nameof(query));
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Count, 1, nameof(query));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Count, MostListed, nameof(query));
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Looked, 1, nameof(query));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Looked, MostLooked, nameof(query));
        var snapshot = runtime.Current;
        var plan = OperatedPlans.Of(snapshot, query.PolicyName, query.TokenType)[0];
        var listing = await plan.Partitions!.ListAsync(new ListArguments(query.Count, query.Looked, query.Cursor), cancellationToken);
        var now = snapshot.Definition.TimeProvider.GetUtcNow();
        return new RateLimitCallerPage(
            [.. listing.Callers.Select(caller =>
                new RateLimitStanding(query.PolicyName, query.TokenType, caller.Id, caller.Statuses) { IsHash = caller.IsHash, TakenAt = now })],
            listing.Cursor);
    }

    private async Task<IReadOnlyList<RateLimitStanding>> ChangeBansAsync(
        RateLimitTarget target, string identity, Func<Plan, RateLimitPrincipal, Task> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentException.ThrowIfNullOrEmpty(identity);
        var snapshot = runtime.Current;
        var plans = OperatedPlans.Of(snapshot, target.PolicyName, target.TokenType);
        var banning = plans.Where(plan => plan.Bans is not null).ToList();
        if (banning.Count == 0)
        {
            throw new ArgumentException($"No plan of the token type \"{target.TokenType}\" has bans; give it one with Ban(…).", nameof(target));
        }

        var principal = OperatedPlans.PrincipalOf(snapshot, target);
        foreach (var plan in banning)
        {
            await change(plan, principal);
        }

        return await LookAsync(plans, principal, snapshot, cancellationToken);
    }

    private static async Task<IReadOnlyList<RateLimitStanding>> LookAsync(
        IReadOnlyList<Plan> plans, RateLimitPrincipal principal, RateLimitSnapshot snapshot, CancellationToken cancellationToken)
    {
        var group = new PeekGroup();
        var decisions = plans.Select(_ => new RateLimitDecision { Principal = principal }).ToArray();
        var asked = plans.Select((plan, i) => plan.Partitions!.PeekAsync(
            new PeekArguments[] { new(principal, plan.LookLimits, decisions[i]) { Group = group } }, cancellationToken).AsTask()).ToArray();
        await group.SendAsync(cancellationToken);
        await Task.WhenAll(asked);
        foreach (var plan in plans)
        {
            // What another server has set or lifted.
            await (plan.Bans?.RefreshAsync() ?? default);
        }

        var now = snapshot.Definition.TimeProvider.GetUtcNow();
        return [.. plans.Select((plan, i) =>
            new RateLimitStanding(plan.Definition.PolicyName, plan.Definition.TokenType, principal.Id, decisions[i].Statuses.ToArray())
            {
                Reason = decisions[i].Reason,
                BannedFor = plan.Bans?.Find(principal),
                TakenAt = decisions[i].StoreTime ?? now,
            })];
    }
}
