namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The definition of plans that decide together: it has the quotas of all. Quotas of plans whose responses carry no headers
/// come after the others, so that the shown ones are at the beginning; those of the application's own limiters are not known, and come last.
/// </summary>
/// <param name="Plan">The definition.</param>
/// <param name="Members">The plans.</param>
/// <param name="Shown">How many of the known quotas header families show.</param>
/// <param name="ShowsForeign">Whether header families show the quotas that are not known beforehand.</param>
/// <param name="IsReportOnly">Whether all of the plans are report-only.</param>
internal sealed record CombinedDefinition(PlanDefinition Plan, IReadOnlyList<CombinedMember> Members, int Shown, bool ShowsForeign, bool IsReportOnly)
{
    /// <summary>Combines plans.</summary>
    /// <param name="plans">The plan of each part of a request, the endpoint's own first; <see langword="null"/> if none applies.</param>
    public static CombinedDefinition Of(IReadOnlyList<Plan?> plans)
    {
        // Policies that share one count are counted once: under the first that is enforced, with the bans of any that is.
        var applied = plans.Index().Where(plan => plan.Item is not null).OrderBy(plan => plan.Item!.IsReportOnly)
            .GroupBy(plan => plan.Item!.Counted).Select(sharing => sharing.First()).OrderBy(plan => plan.Index).ToArray();
        var main = applied[0].Item!.Definition;

        // The order of the values is from always to never.
        var isReportOnly = applied.All(plan => plan.Item!.IsReportOnly);
        var headers = applied.Min(plan => WhenOf(plan.Item!));
        var repeated = applied.SelectMany(plan => plan.Item!.Definition.Quotas).GroupBy(quota => quota.Description.Name)
            .Where(quotas => quotas.Skip(1).Any()).Select(quotas => quotas.Key).ToHashSet();

        List<CombinedMember> members = [];
        List<QuotaDefinition> quotas = [];
        var (shown, showsForeign) = (0, true);
        foreach (var (part, plan) in applied.OrderBy(plan => plan.Item!.Definition.Quotas.Count == 0).ThenBy(plan => WhenOf(plan.Item!) == HeadersWhen.Never))
        {
            members.Add(new CombinedMember(part, plan!, quotas.Count, NamesOf(plan!.Definition, repeated)) { Bans = BansOf(plan) });
            var isHidden = headers != HeadersWhen.Never && WhenOf(plan) == HeadersWhen.Never;
            quotas.AddRange(plan.Definition.QuotaDefinitions);
            if (members[^1].IsForeign)
            {
                showsForeign &= !isHidden;
            }
            else if (!isHidden)
            {
                shown = quotas.Count;
            }
        }

        return new(new PlanDefinition(main.PolicyName, main.TokenType, new([.. quotas])) { Headers = headers }, members, shown, showsForeign, isReportOnly);

        // Next to enforced plans, report-only plans are not in the fields.
        HeadersWhen WhenOf(Plan plan) => isReportOnly ? plan.Definition.Headers : plan.HeadersWhen;

        BanningPartitions? BansOf(Plan plan) => plans.Where(other => other?.Counted == plan.Counted && other!.IsReportOnly == plan.IsReportOnly)
            .Select(other => other!.Partitions).OfType<BanningPartitions>().FirstOrDefault();
    }

    /// <summary>Distinguishes quotas that have the name of another plan's quota: by their policies.</summary>
    private static QuotaDescription[]? NamesOf(PlanDefinition plan, HashSet<string> repeated) => !plan.Quotas.Any(quota => repeated.Contains(quota.Description.Name))
        ? null
        : [.. plan.Quotas.Select(quota => quota.Description).Select(known => repeated.Contains(known.Name)
            ? new QuotaDescription($"{plan.PolicyName}/{known.Name}", known.Window, known.Unit, known.IsConcurrency, known.IsRefilled)
            : known)];
}
