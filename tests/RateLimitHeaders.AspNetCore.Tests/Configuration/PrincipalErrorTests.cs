using Microsoft.AspNetCore.Authentication;

namespace RateLimitHeaders.AspNetCore.Tests;

public class PrincipalErrorTests
{
    private const string EmptyTokenType = " has an empty token type; give it a name, such as \"access-token\".";

    private static readonly RateLimitConfigurationError s_schemeMissing = new(
        "RLH0106",
        "Principals:0",
        "FromAuthenticationScheme(\"Key\") names an authentication scheme that is not registered; "
            + "register it with AddAuthentication() or name one that is.");

    private static readonly Dictionary<string, (Action<PrincipalsBuilder> Who, RateLimitConfigurationError Error)> s_rules = new()
    {
        ["prefix 0"] = (
            who => who.FromIpAddress(0),
            new("RLH0105", "Principals:0", "FromIpAddress has the ipv6PrefixLength 0; give a number of bits from 1 to 128, such as 64.")),
        ["prefix 129"] = (
            who => who.FromUser().FromIpAddress(129),
            new("RLH0105", "Principals:1", "FromIpAddress has the ipv6PrefixLength 129; give a number of bits from 1 to 128, such as 64.")),
        ["address twice"] = (
            who => who.FromIpAddress().FromIpAddress(),
            new("RLH0103", "Principals:1", "FromIpAddress is given several times; every request has an address, so give it once, last.")),
        ["rule after the address"] = (
            who => who.FromIpAddress().FromClaim("wat_id", "access-token"),
            new("RLH0104", "Principals:1", "FromClaim(\"wat_id\") comes after FromIpAddress, which every request matches; move it before.")),
        ["no authentication"] = (who => who.FromAuthenticationScheme("Key", "key"), s_schemeMissing),
        ["service not registered"] = (
            who => who.FromService<ScopedPrincipalResolver>("tenant"),
            new("RLH0107", "Principals:0", "FromService<ScopedPrincipalResolver>() names a service that is not registered; "
                + "register it, as with services.AddScoped<ScopedPrincipalResolver>().")),
        ["no token type"] = (
            who => who.From(_ => null),
            new("RLH0101", "Principals:0", "From(…) declares no token type; name those that it returns, such as \"partner\".")),
        ["token type empty"] = (
            who => who.FromHeader("X-Api-Key", "", _ => true), new("RLH0102", "Principals:0", "FromHeader(\"X-Api-Key\")" + EmptyTokenType)),
        ["token type null"] = (who => who.FromUser(null!), new("RLH0102", "Principals:0", "FromUser()" + EmptyTokenType)),
        ["token type of the address empty"] = (
            who => who.FromIpAddress(tokenType: ""), new("RLH0102", "Principals:0", "FromIpAddress()" + EmptyTokenType)),
        ["one of several token types empty"] = (
            who => who.From(_ => null, "a", ""), new("RLH0102", "Principals:0", "From(…)" + EmptyTokenType)),
    };

    public static TheoryData<string> Rules => [.. s_rules.Keys];

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Rule_Unusable_StopsTheStart(string rule)
    {
        var (who, error) = s_rules[rule];

        Assert.Equal(error, await Misconfigured.ErrorAsync(limits => limits.Principals(who).FixedWindow(1, TimeSpan.FromMinutes(1))));
    }

    [Fact]
    public async Task Rule_EmptyTokenTypeAndPlansForEach_IsTheOnlyError() => Assert.Equal(

        // It has no plan either, but an error of that could not name it.
        new("RLH0102", "Principals:0", "FromUser()" + EmptyTokenType),
        await Misconfigured.ErrorAsync(limits => limits
            .Principals(who => who.FromUser(""))
            .DefaultPolicy(policy => policy.ForAnonymous(plan => plan.FixedWindow(1, TimeSpan.FromMinutes(1))))));

    [Fact]
    public async Task Rule_SchemeIsNoneOfTheRegistered_StopsTheStart()
    {
        var exception = await Misconfigured.StartAsync(
            limits => limits.Principals(who => who.FromAuthenticationScheme("Key", "key")).FixedWindow(1, TimeSpan.FromMinutes(1)),
            services: services => services.AddAuthentication("Main")
                .AddScheme<AuthenticationSchemeOptions, HeaderAuthenticationHandler>("Main", null));

        Assert.Equal([s_schemeMissing], exception.Errors);
    }
}
