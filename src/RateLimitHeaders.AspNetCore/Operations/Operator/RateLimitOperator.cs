using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Performs the actions of operators on the partitions of the snapshot in force.</summary>
/// <param name="services">The services. The runtime is created when the operator is first used, because the pipeline may configure its limits later.</param>
/// <param name="loggers">The logs.</param>
internal sealed class RateLimitOperator(IServiceProvider services, ILoggerFactory loggers) : IRateLimitOperator
{
    public const int MostListed = 1_000;

    private const int MostLooked = 100_000;

    private static readonly TimeSpan s_shortestBan = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = loggers.CreateLogger(Log.Category);

    private RateLimitSnapshot Current => services.GetRequiredService<RateLimitRuntime>().Current;

    public Task<IReadOnlyList<RateLimitStanding>> LookAsync(RateLimitTarget target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        var snapshot = Current;
        return LookAsync(OperatedPlans.Of(snapshot, target), snapshot, cancellationToken);
    }

    public async Task<IReadOnlyList<RateLimitStanding>> ResetAsync(RateLimitTarget target, string identity, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentException.ThrowIfNullOrEmpty(identity);
        var snapshot = Current;
        var plans = OperatedPlans.Of(snapshot, target);
        foreach (var (policies, plan, principal) in plans.OnePerPartition())
        {
            await plan.Partitions!.ResetAsync(principal, cancellationToken);
            Log.OperatorReset(_logger, identity, policies, principal.TokenType, principal.Id);
        }

        return await LookAsync(plans, snapshot, cancellationToken);
    }

    public async Task<IReadOnlyList<RateLimitStanding>> GrantAsync(
        RateLimitTarget target, RateLimitGrant grant, string identity, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(grant);
        ArgumentException.ThrowIfNullOrEmpty(identity);
        ArgumentOutOfRangeException.ThrowIfLessThan(grant.Permits, 1, nameof(grant));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(grant.Permits, PermitCost.Max, nameof(grant));
        var snapshot = Current;
        var plans = OperatedPlans.Of(snapshot, target);
        var granting = plans.Where(plan => AdjustedPermits.CanBeGranted(plan.Plan.Definition, grant.QuotaOrUnit)).ToList();
        if (granting.Count == 0)
        {
            throw new ArgumentException(
                grant.QuotaOrUnit is null
                    ? "All quotas for this id count bytes or concurrent requests; name a quota that counts bytes."
                    : $"No plan that counts this id has a quota by the name or of the unit \"{grant.QuotaOrUnit}\"; permits of concurrency quotas "
                        + "cannot be granted.",
                nameof(grant));
        }

        foreach (var (policies, plan, principal) in granting.OnePerPartition())
        {
            var permits = AdjustedPermits.Of(plan, grant.QuotaOrUnit, grant.Permits);
            await plan.Partitions!.GrantAsync(principal, permits, cancellationToken);
            Log.OperatorGranted(
                _logger, identity, grant.Permits, AdjustedPermits.NamesOf(plan, permits), policies, principal.TokenType, principal.Id);
        }

        return await LookAsync(plans, snapshot, cancellationToken);
    }

    public Task<IReadOnlyList<RateLimitStanding>> BanAsync(
        RateLimitTarget target, TimeSpan lasting, string identity, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lasting, s_shortestBan);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lasting, QuotaRules.MaxWindow);
        return ChangeBansAsync(
            target,
            identity,
            async (policies, plan, principal) =>
            {
                await plan.Bans!.SetAsync(principal, lasting);
                Log.OperatorBanned(_logger, identity, lasting, policies, principal.TokenType, principal.Id);
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<RateLimitStanding>> LiftBanAsync(RateLimitTarget target, string identity, CancellationToken cancellationToken) =>
        ChangeBansAsync(
            target,
            identity,
            async (policies, plan, principal) =>
            {
                await plan.Bans!.LiftAsync(principal);
                Log.OperatorLiftedBan(_logger, identity, policies, principal.TokenType, principal.Id);
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
        var snapshot = Current;
        var plan = OperatedPlans.Of(snapshot, query.PolicyName, query.TokenType)[0];
        var listing = await plan.Partitions!.ListAsync(new ListArguments(query.Count, query.Looked, query.Cursor), cancellationToken);
        await (plan.Bans?.RefreshAsync() ?? default);
        var now = snapshot.Definition.TimeProvider.GetUtcNow();
        return new RateLimitCallerPage(
            [.. listing.Callers.Select(caller =>
                new RateLimitStanding(query.PolicyName, query.TokenType, caller.Id, caller.Statuses)
                {
                    IsHash = caller.IsHash,
                    IsReportOnly = caller.IsHash ? plan.Definition.Enforce == 0 : OperatedPlans.IsReportOnly(snapshot, plan, caller.Id),
                    BannedFor = caller.IsHash ? null : plan.Bans?.Find(OperatedPlans.PrincipalOf(snapshot, plan, caller.Id)),
                    TakenAt = now,
                })],
            listing.Cursor);
    }

    private async Task<IReadOnlyList<RateLimitStanding>> ChangeBansAsync(
        RateLimitTarget target, string identity, Func<string, Plan, RateLimitPrincipal, Task> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentException.ThrowIfNullOrEmpty(identity);
        var snapshot = Current;
        var plans = OperatedPlans.Of(snapshot, target);
        var banning = plans.Where(plan => plan.Plan.Bans is not null).ToList();
        if (banning.Count == 0)
        {
            throw new ArgumentException(
                $"No plan of the token type \"{target.TokenType}\" that counts this id has bans; give it one with Ban(…).", nameof(target));
        }

        foreach (var (policies, plan, principal) in banning.OnePerPartition())
        {
            await change(policies, plan, principal);
        }

        return await LookAsync(plans, snapshot, cancellationToken);
    }

    private static async Task<IReadOnlyList<RateLimitStanding>> LookAsync(
        IReadOnlyList<OperatedPlan> plans, RateLimitSnapshot snapshot, CancellationToken cancellationToken)
    {
        var group = new PeekGroup();
        var decisions = plans.Select(operated => new RateLimitDecision { Principal = operated.Principal }).ToArray();
        var peeks = plans.Select((operated, i) => operated.Plan.Partitions!.PeekAsync(
            new(operated.Principal, operated.Plan.StaticLimitsForPeek, decisions[i]) { Group = group }, cancellationToken).AsTask()).ToArray();
        await group.SendAsync(cancellationToken);
        await Task.WhenAll(peeks);
        foreach (var operated in plans)
        {
            // Bans that another server has set or lifted.
            await (operated.Plan.Bans?.RefreshAsync() ?? default);
        }

        var now = snapshot.Definition.TimeProvider.GetUtcNow();
        return [.. plans.Select((operated, i) =>
        {
            var (_, plan, principal) = operated;
            return new RateLimitStanding(plan.Definition.PolicyName, plan.Definition.TokenType, principal.Id, decisions[i].Statuses.ToArray())
            {
                IsReportOnly = OperatedPlans.IsReportOnly(snapshot, plan, principal.Id),
                Reason = decisions[i].Reason,
                BannedFor = plan.Bans?.Find(principal),
                TakenAt = decisions[i].StoreTime ?? now,
            };
        })];
    }
}
