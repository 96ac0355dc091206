using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;

namespace RateLimitHeaders.AspNetCore.Tests;

public class PrincipalErrorTests
{
    private const string Scheme = "Principals: FromAuthenticationScheme(\"Key\") names an authentication scheme that is not registered; "
        + "register it with AddAuthentication() or name one that is.";

    private const string EmptyTokenType = " has an empty token type; give it a name, such as \"access-token\".";

    private static readonly Dictionary<string, (Action<PrincipalsBuilder> Who, string Finding)> s_rules = new()
    {
        ["prefix 0"] = (
            who => who.FromIpAddress(0),
            "Principals: FromIpAddress has the ipv6PrefixLength 0; give a number of bits from 1 to 128, such as 64."),
        ["prefix 129"] = (
            who => who.FromIpAddress(129),
            "Principals: FromIpAddress has the ipv6PrefixLength 129; give a number of bits from 1 to 128, such as 64."),
        ["address twice"] = (
            who => who.FromIpAddress().FromIpAddress(),
            "Principals: FromIpAddress is given twice; every request has an address, so give it once, last."),
        ["rule after the address"] = (
            who => who.FromIpAddress().FromClaim("wat_id", "access-token"),
            "Principals: FromClaim(\"wat_id\") comes after FromIpAddress, which every request matches; move it before."),
        ["no authentication"] = (who => who.FromAuthenticationScheme("Key", "key"), Scheme),
        ["service not registered"] = (
            who => who.FromService<ScopedPrincipalResolver>("tenant"),
            "Principals: FromService<ScopedPrincipalResolver>() names a service that is not registered; "
                + "register it, as with services.AddScoped<ScopedPrincipalResolver>()."),
        ["no token type"] = (
            who => who.From(_ => null),
            "Principals: From(…) declares no token type; name those that it gives, such as \"partner\"."),
        ["token type empty"] = (who => who.FromHeader("X-Api-Key", "", _ => true), "Principals: FromHeader(\"X-Api-Key\")" + EmptyTokenType),
        ["token type null"] = (who => who.FromUser(null!), "Principals: FromUser()" + EmptyTokenType),
        ["token type of the address empty"] = (who => who.FromIpAddress(tokenType: ""), "Principals: FromIpAddress()" + EmptyTokenType),
        ["one of several token types empty"] = (who => who.From(_ => null, "a", ""), "Principals: From(…)" + EmptyTokenType),
    };

    public static TheoryData<string> Rules => [.. s_rules.Keys];

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Rule_Unusable_StopsTheStart(string rule)
    {
        var (who, finding) = s_rules[rule];

        var exception = await Misconfigured.StartAsync(limits => limits.Principals(who).FixedWindow(1, TimeSpan.FromMinutes(1)));
        Assert.Equal(finding, Assert.Single(exception.Findings));
    }

    [Fact]
    public async Task Rule_EmptyTokenTypeAndPlansForEach_IsTheOnlyFinding()
    {
        var exception = await Misconfigured.StartAsync(limits => limits
            .Principals(who => who.FromUser(""))
            .DefaultPolicy(policy => policy.ForAnonymous(plan => plan.FixedWindow(1, TimeSpan.FromMinutes(1)))));

        // It has no plan either, but that is no news to whom it has no name.
        Assert.Equal(["Principals: FromUser()" + EmptyTokenType], exception.Findings);
    }

    [Fact]
    public async Task Rule_SchemeIsNoneOfTheRegistered_StopsTheStart()
    {
        var exception = await Misconfigured.StartAsync(
            limits => limits.Principals(who => who.FromAuthenticationScheme("Key", "key")).FixedWindow(1, TimeSpan.FromMinutes(1)),
            services: services => services.AddAuthentication("Main")
                .AddScheme<AuthenticationSchemeOptions, HeaderAuthenticationHandler>("Main", null));

        Assert.Equal([Scheme], exception.Findings);
    }
}
