using System.Reflection;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Configuration can say all that options can, so that none of their settings is forgotten.</summary>
public class SettingTableTests
{
    [Fact]
    public void Settings_OfEachTable_AreThePropertiesOfItsOptions()
    {
        AssertSame<RateLimitHeadersOptions>(LimitsSettings.Table, "Principals");
        AssertSame<PolicyOptions>(PolicySettings.Policy, "Principals");
        AssertSame<EndpointCostOptions>(PolicySettings.Policy.Settings.Single(setting => setting.Name == "EndpointCosts").Table!);
        AssertSame<PlanOptions>(QuotaSettings.Plan);
        AssertSame<QuotaOptions>(QuotaSettings.Quota, "Rate");
        AssertSame<HeadersOptions>(HeaderSettings.Headers);
        AssertSame<XRateLimitOptions>(HeaderSettings.Headers.Settings.Single(setting => setting.Name == "XRateLimit").Table!);
        AssertSame<IetfOptions>(HeaderSettings.Headers.Settings.Single(setting => setting.Name == "Ietf").Table!);
    }

    [Fact]
    public void Rules_OfEachSource_HaveATable() =>
        Assert.Equal(Enum.GetValues<PrincipalSource>(), PrincipalSettings.Tables.Keys.Order());

    /// <param name="table">The table.</param>
    /// <param name="beside">Settings of configuration that are no public property.</param>
    private static void AssertSame<TOptions>(SettingTable table, params string[] beside) => Assert.Equal(
        typeof(TOptions).GetProperties(BindingFlags.Instance | BindingFlags.Public).Select(property => property.Name).Concat(beside).Order(StringComparer.Ordinal),
        table.Settings.Select(setting => setting.Name).Order(StringComparer.Ordinal));
}
