using Microsoft.Extensions.Logging.Abstractions;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What the middleware asks on a request, of one policy with one plan for users, without a host.</summary>
internal static class TestSnapshot
{
    public static RateLimitSnapshot Create(PlanDefinition definition, PlanPartitions partitions, PrincipalRule rule, TimeProvider time)
    {
        var log = NullLogger.Instance;
        var whole = new RateLimitDefinition
        {
            Principals = new PrincipalsDefinition([rule], new AddressRule(TokenTypes.Anonymous, 64)),
            Policies = [new PolicyDefinition(definition.PolicyName, definition.PolicyName, [definition])],
            DefaultPolicy = definition.PolicyName,
            Headers = new HeadersDefinition(null, null, 0.2, double.PositiveInfinity, TimeSpan.Zero),
            MaxPartitions = 1,
            TimeProvider = time,
        };
        var principals = new PrincipalResolver(whole.Principals, RateLimitClock.For(time), whole.MaxPartitions, log);
        var policy = new Policy(whole.Policies[0], [new Plan(definition, partitions, log)], principals, log);
        return new RateLimitSnapshot(
            whole,
            [policy],
            new EndpointPolicies(whole, [policy], log),
            new RequestHandling(
                new HeaderEmitter(whole.Headers, RateLimitClock.For(time), log),
                new RejectionWriter(new RejectionLog(null, RateLimitClock.For(time), log), log),
                new SetupChecks(whole, log),
                UnheardMetrics.Instance.Requests,
                new RateLimitRuntime(whole with { Policies = [], DefaultPolicy = null }, store: null, UnheardMetrics.Instance, log),
                time,
                GlobalPolicy: null));
    }
}
