using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

public class PolicyErrorTests
{
    private const string HeaderField = "give a name of printable ASCII characters, which a header field can hold.";

    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private static readonly Dictionary<string, (Action<RateLimitHeadersBuilder> Limits, string Finding)> s_rules = new()
    {
        ["no policy"] = (
            _ => { },
            "There is no policy; add a quota, such as limits.FixedWindow(permitLimit: 100, window: TimeSpan.FromMinutes(1)), "
                + "or a policy with AddPolicy."),
        ["no plan for a token type"] = (
            limits => limits.DefaultPolicy(policy => policy.ForAnonymous(Plan)),
            "Policy \"default\": it has no plan for the token type \"user\"; add For(\"user\", …), ForOthers(…) or Exempt(\"user\")."),
        ["no plan for the address"] = (
            limits => limits.Principals(who => who.FromUser().FromIpAddress(tokenType: "address")).DefaultPolicy(policy => policy.For("user", Plan)),
            "Policy \"default\": it has no plan for the token type \"address\"; add For(\"address\", …), ForOthers(…) or Exempt(\"address\")."),
        ["plan for an unknown token type"] = (
            limits => limits.DefaultPolicy(policy => policy.For("usr", Plan).ForOthers(Plan)),
            "Policy \"default\": it has a plan for the token type \"usr\", which no rule of Principals gives; "
                + "add a rule or correct the name. The rules give \"user\", \"anonymous\"."),
        ["exemption of an unknown token type"] = (
            limits => limits.DefaultPolicy(policy => policy.Exempt("robot").ForOthers(Plan)),
            "Policy \"default\": it has a plan for the token type \"robot\", which no rule of Principals gives; "
                + "add a rule or correct the name. The rules give \"user\", \"anonymous\"."),
        ["plan without quotas"] = (
            limits => limits.DefaultPolicy(policy => policy.For("user", _ => { }).ForOthers(Plan)),
            "Policy \"default\", plan for \"user\": There is no quota; give one, such as "
                + "FixedWindow(permitLimit: 100, window: TimeSpan.FromMinutes(1))."),
        ["plan given twice"] = (
            limits => limits.DefaultPolicy(policy => policy.For("user", Plan).For("user", Plan).ForOthers(Plan)),
            "Policy \"default\", plan for \"user\": it is given twice; give each token type one plan."),
        ["plan for others given twice"] = (
            limits => limits.DefaultPolicy(policy => policy.ForOthers(Plan).ForOthers(Plan)),
            "Policy \"default\", plan for others: it is given twice; give it once."),
        ["quotas and an exemption"] = (
            limits => limits.DefaultPolicy(policy => policy.For("user", plan => plan.FixedWindow(1, s_minute).Exempt()).ForOthers(Plan)),
            "Policy \"default\", plan for \"user\": it has quotas and is exempt; keep one of the two."),
        ["own quotas and a plan for others"] = (
            limits => limits.DefaultPolicy(policy => policy.FixedWindow(1, s_minute).ForOthers(Plan)),
            "Policy \"default\": it has quotas of its own and ForOthers, which mean the same; keep one of the two."),
        ["cost above the limit"] = (
            limits => limits.DefaultPolicy(policy => policy.Cost(11).FixedWindow(10, s_minute)),
            "Policy \"default\": Quota \"default\": its limit is less than the Cost of 11 permits; "
                + "raise the limit or lower the cost, or else no request is ever admitted."),
        ["cost above the limit of one quota"] = (
            limits => limits.DefaultPolicy(policy => policy
                .Cost(3)
                .For("user", plan => plan.FixedWindow("small", 2, s_minute).FixedWindow("large", 3, s_minute).FixedWindow("asked", _ => 1, s_minute))
                .ForOthers(plan => plan.FixedWindow(3, s_minute))),
            "Policy \"default\", plan for \"user\": Quota \"small\": its limit is less than the Cost of 3 permits; "
                + "raise the limit or lower the cost, or else no request is ever admitted."),
        ["cost negative"] = (
            limits => limits.DefaultPolicy(policy => policy.Cost(-1).FixedWindow(10, s_minute)),
            "Policy \"default\": Cost is -1; give 0 or more permits."),
        ["resource not ASCII"] = (
            limits => limits.AddPolicy("api", policy => policy.Resource("\u00e4").FixedWindow(1, s_minute)),
            "Policy \"api\": Resource is \"\u00e4\"; " + HeaderField),
        ["resource of a foreign policy"] = (
            limits => limits.AddPolicy("api", _ => RateLimitPartition.GetNoLimiter(1), resource: "a\tb"),
            "Policy \"api\": Resource is \"a\tb\"; " + HeaderField),
        ["policy name not ASCII"] = (
            limits => limits.AddPolicy("\u00e4", policy => policy.FixedWindow(1, s_minute)),
            "AddPolicy has the name \"\u00e4\"; give a name of printable ASCII characters."),
        ["name of a foreign policy empty"] = (
            limits => limits.AddPolicy("", _ => RateLimitPartition.GetNoLimiter(1)),
            "AddPolicy has the name \"\"; give a name of printable ASCII characters."),
        ["policy added twice"] = (
            limits => limits.AddPolicy("api", policy => policy.FixedWindow(1, s_minute)).AddPolicy("api", _ => RateLimitPartition.GetNoLimiter(1)),
            "Policy \"api\": it is added 2 times; give each policy a name of its own."),
        ["default policy given twice"] = (
            limits => limits.DefaultPolicy(policy => policy.FixedWindow(1, s_minute)).DefaultPolicy(policy => policy.FixedWindow(2, s_minute)),
            "Policy \"default\": it is added 2 times; give each policy a name of its own."),
        ["two default policies"] = (
            limits => limits
                .AddPolicy("a", policy => policy.FixedWindow(1, s_minute))
                .AddPolicy("b", policy => policy.FixedWindow(1, s_minute))
                .DefaultPolicy("a")
                .DefaultPolicy("b"),
            "DefaultPolicy is \"a\" and \"b\"; choose one."),
        ["default policy that does not exist"] = (
            limits => limits.DefaultPolicy("apj").AddPolicy("api", policy => policy.FixedWindow(1, s_minute)),
            "DefaultPolicy is \"apj\", which does not exist; add it with AddPolicy(\"apj\", …) or correct the name."),
        ["quotas beside the default policy"] = (
            limits => limits.FixedWindow(1, s_minute).DefaultPolicy(policy => policy.FixedWindow(2, s_minute)),
            "Policy \"default\": There are quotas beside DefaultPolicy, which mean the same; move them into it."),
        ["MaxPartitions 0"] = (limits => limits.FixedWindow(1, s_minute).MaxPartitions(0), "MaxPartitions is 0; give 1 or more."),
        ["WithHeaders undefined"] = (
            limits => limits.DefaultPolicy(policy => policy.ForOthers(plan => plan.FixedWindow(1, s_minute).WithHeaders((HeadersWhen)9))),
            "Policy \"default\", plan for others: WithHeaders is 9; give a value of HeadersWhen."),
    };

    public static TheoryData<string> Rules => [.. s_rules.Keys];

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Policy_Unusable_StopsTheStart(string rule)
    {
        var (limits, finding) = s_rules[rule];

        Assert.Equal(finding, Assert.Single((await Misconfigured.StartAsync(limits)).Findings));
    }

    private static void Plan(PlanBuilder plan) => plan.FixedWindow(1, s_minute);
}
