using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

public class PolicyErrorTests
{
    private const string HeaderField = "give a name of printable ASCII characters, which a header field can hold.";

    private const string NoQuota = "There is no quota; give one, such as FixedWindow(permitLimit: 100, window: TimeSpan.FromMinutes(1)).";

    private static readonly Dictionary<string, (Action<RateLimitsBuilder> Limits, RateLimitConfigurationError Error)> s_rules = new()
    {
        ["no policy"] = (
            _ => { },
            new("RLH0001", "", "There is no policy; add a quota, such as limits.FixedWindow(permitLimit: 100, window: TimeSpan.FromMinutes(1)), "
                + "or a policy with AddPolicy. Configuration has no section RateLimitHeaders.")),
        ["no plan for a token type"] = (
            limits => limits.DefaultPolicy(policy => policy.ForAnonymous(Plan)),
            new("RLH0305", "Policies:default:Plans:user",
                "There is no plan for the token type \"user\"; add For(\"user\", …), ForOthers(…) or Exempt(\"user\"), or in configuration "
                + "Quotas, PlanForOthers or Plans:user.")),
        ["no plan for the address"] = (
            limits => limits.Principals(who => who.FromUser().FromIpAddress(tokenType: "address")).DefaultPolicy(policy => policy.For("user", Plan)),
            new("RLH0305", "Policies:default:Plans:address",
                "There is no plan for the token type \"address\"; add For(\"address\", …), ForOthers(…) or Exempt(\"address\"), or in configuration "
                + "Quotas, PlanForOthers or Plans:address.")),
        ["plan for an unknown token type"] = (
            limits => limits.DefaultPolicy(policy => policy.For("usr", Plan).ForOthers(Plan)),
            new("RLH0306", "Policies:default:Plans:usr",
                "The plan is for the token type \"usr\", which no rule of Principals returns; "
                    + "add a rule or correct the name. The rules return \"user\", \"anonymous\".")),
        ["exemption of an unknown token type"] = (
            limits => limits.DefaultPolicy(policy => policy.Exempt("robot").ForOthers(Plan)),
            new("RLH0306", "Policies:default:Plans:robot",
                "The plan is for the token type \"robot\", which no rule of Principals returns; "
                    + "add a rule or correct the name. The rules return \"user\", \"anonymous\".")),
        ["plan without quotas"] = (
            limits => limits.DefaultPolicy(policy => policy.For("user", _ => { }).ForOthers(Plan)),
            new("RLH0304", "Policies:default:Plans:user", NoQuota)),
        ["plan for others without quotas"] = (
            limits => limits.DefaultPolicy(policy => policy.ForOthers(_ => { })), new("RLH0304", "Policies:default:PlanForOthers", NoQuota)),
        ["plan given twice"] = (
            limits => limits.DefaultPolicy(policy => policy.For("user", Plan).For("user", Plan).ForOthers(Plan)),
            new("RLH0307", "Policies:default:Plans:user", "The plan is given several times; give it once.")),
        ["plan for others given twice"] = (
            limits => limits.DefaultPolicy(policy => policy.ForOthers(Plan).ForOthers(Plan)),
            new("RLH0307", "Policies:default:PlanForOthers", "The plan is given several times; give it once.")),
        ["quotas and an exemption"] = (
            limits => limits.DefaultPolicy(policy => policy.For("user", plan => plan.FixedWindow(1, Minute).Exempt()).ForOthers(Plan)),
            new("RLH0308", "Policies:default:Plans:user", "The plan has quotas and is exempt; keep one of the two.")),
        ["ban and an exemption"] = (
            limits => limits.DefaultPolicy(policy => policy.For("user", plan => plan.Exempt().Ban(3, Minute, Minute)).ForOthers(Plan)),
            new("RLH0308", "Policies:default:Plans:user", "The plan has a ban and is exempt; keep one of the two.")),
        ["own quotas and a plan for others"] = (
            limits => limits.DefaultPolicy(policy => policy.FixedWindow(1, Minute).ForOthers(Plan)),
            new("RLH0309", "Policies:default",
                "The policy has quotas of its own and a plan for others, which mean the same; keep one of the two.")),
        ["resource not ASCII"] = (
            limits => limits.AddPolicy("api", policy => policy.Resource("\u00e4").FixedWindow(1, Minute)),
            new("RLH0303", "Policies:api:Resource", "Resource is \"\u00e4\"; " + HeaderField)),
        ["resource of a foreign policy"] = (
            limits => limits.AddPolicy("api", _ => RateLimitPartition.GetNoLimiter(1), resource: "a\tb"),
            new("RLH0303", "Policies:api:Resource", "Resource is \"a\tb\"; " + HeaderField)),
        ["headers of a foreign policy undefined"] = (
            limits => limits.AddPolicy("api", _ => RateLimitPartition.GetNoLimiter(1), headers: (HeadersWhen)9),
            new("RLH0006", "Policies:api:Headers", "Headers is 9; give a value of HeadersWhen.")),
        ["policy name not ASCII"] = (
            limits => limits.AddPolicy("\u00e4", policy => policy.FixedWindow(1, Minute)),
            new("RLH0301", "Policies:\u00e4", "The policy has the name \"\u00e4\"; give a name of printable ASCII characters.")),
        ["name of a foreign policy empty"] = (
            limits => limits.AddPolicy("", _ => RateLimitPartition.GetNoLimiter(1)),
            new("RLH0301", "Policies:", "The policy has the name \"\"; give a name of printable ASCII characters.")),
        ["policy added twice"] = (
            limits => limits.AddPolicy("api", policy => policy.FixedWindow(1, Minute)).AddPolicy("api", _ => RateLimitPartition.GetNoLimiter(1)),
            new("RLH0302", "Policies:api", "Several policies are named \"api\"; give each a name of its own.")),
        ["default policy given twice"] = (
            limits => limits.DefaultPolicy(policy => policy.FixedWindow(1, Minute)).DefaultPolicy(policy => policy.FixedWindow(2, Minute)),
            new("RLH0302", "Policies:default", "Several policies are named \"default\"; give each a name of its own.")),
        ["two default policies"] = (
            limits => limits
                .AddPolicy("a", policy => policy.FixedWindow(1, Minute))
                .AddPolicy("b", policy => policy.FixedWindow(1, Minute))
                .DefaultPolicy("a")
                .DefaultPolicy("b"),
            new("RLH0004", "DefaultPolicy", "DefaultPolicy is \"a\" and \"b\"; choose one.")),
        ["default policy that does not exist"] = (
            limits => limits.DefaultPolicy("apj").AddPolicy("api", policy => policy.FixedWindow(1, Minute)),
            new("RLH0003", "DefaultPolicy",
                "DefaultPolicy is \"apj\", which does not exist; add it with AddPolicy(\"apj\", …) or correct the name.")),
        ["quotas beside the default policy"] = (
            limits => limits.FixedWindow(1, Minute).DefaultPolicy(policy => policy.FixedWindow(2, Minute)),
            new("RLH0005", "Quotas",
                "There are quotas in addition to the policy \"default\", and they define a default policy, too; move them into it.")),
        ["quotas beside a default policy of another name"] = (
            limits => limits.FixedWindow(1, Minute).AddPolicy("api", policy => policy.FixedWindow(2, Minute)).DefaultPolicy("api"),
            new("RLH0005", "Quotas",
                "There are quotas in addition to the policy \"api\", and they define a default policy, too; move them into it.")),
        ["quotas beside a policy that is named default"] = (
            limits => limits.FixedWindow(1, Minute).AddPolicy("default", policy => policy.FixedWindow(2, Minute)),
            new("RLH0005", "Quotas",
                "There are quotas in addition to the policy \"default\", and they define a default policy, too; move them into it.")),
        ["MaxPartitions 0"] = (
            limits => limits.FixedWindow(1, Minute).MaxPartitions(0),
            new("RLH0002", "MaxPartitions", "MaxPartitions is 0; give 1 or more.")),
        ["WithHeaders undefined"] = (
            limits => limits.DefaultPolicy(policy => policy.ForOthers(plan => plan.FixedWindow(1, Minute).WithHeaders((HeadersWhen)9))),
            new("RLH0006", "Policies:default:PlanForOthers:Headers", "Headers is 9; give a value of HeadersWhen.")),
    };

    public static TheoryData<string> Rules => [.. s_rules.Keys];

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Policy_Unusable_StopsTheStart(string rule)
    {
        var (limits, error) = s_rules[rule];

        Assert.Equal(error, await Misconfigured.ErrorAsync(limits));
    }

    private static void Plan(PlanBuilder plan) => plan.FixedWindow(1, Minute);
}
