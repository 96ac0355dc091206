namespace RateLimitHeaders.AspNetCore;

/// <summary>The requirements of the options of a plan.</summary>
internal static class PlanChecks
{
    public static void Check(NamedPlan plan, SettingFindings findings, ConfigurationErrors errors)
    {
        var (path, options) = plan;
        var quotas = options.Quotas;
        errors.CheckDefined(path, options.Headers);
        errors.CheckEnforce(path, options.Enforce);
        BanChecks.Check(path, options.Ban, errors);
        errors.AddIf(
            options.IsExempt && quotas.Count > 0 && !IsOverCode(nameof(options.Quotas)),
            RateLimitErrorIds.ExemptWithQuotas,
            path,
            "The plan has quotas and is exempt; keep one of the two.");
        errors.AddIf(
            options is { IsExempt: true, Ban: not null } && !IsOverCode(nameof(options.Ban)),
            RateLimitErrorIds.ExemptWithQuotas,
            path,
            "The plan has a ban and is exempt; keep one of the two.");
        errors.AddIf(!options.IsExempt && quotas.Count == 0, RateLimitErrorIds.NoQuota, path, QuotaRules.NoQuota);
        CheckQuotas(plan, findings, errors);
        errors.AddIf(
            quotas.Values.Count(quota => quota.Algorithm == QuotaAlgorithm.Concurrency) > 1,
            RateLimitErrorIds.ConcurrencyRepeated,
            OptionsPath.Join(path, nameof(options.Quotas)),
            QuotaRules.SeveralConcurrency);

        // Configuration cannot remove quotas or a ban of code, so that exempting their callers is not a contradiction.
        bool IsOverCode(string limits) =>
            findings.IsRead(OptionsPath.Join(path, nameof(options.IsExempt))) && !findings.IsReadBelow(OptionsPath.Join(path, limits));
    }

    /// <summary>Returns whether quotas have errors, so that they cannot be created.</summary>
    public static bool HasFaultyQuotas(NamedPlan plan, SettingFindings findings)
    {
        var errors = new ConfigurationErrors();
        CheckQuotas(plan, findings, errors);
        return errors.Count > 0;
    }

    private static void CheckQuotas(NamedPlan plan, SettingFindings findings, ConfigurationErrors errors)
    {
        foreach (var (name, quota) in plan.Options.Quotas)
        {
            QuotaOptionsChecks.Check(OptionsPath.Quota(plan.Path, name), name, quota, findings, errors);
        }
    }
}
