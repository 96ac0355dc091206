using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Logs rejections: one for each caller, until the announced time of waiting is over. Callers that continue sending until then
/// cause no further events.
/// </summary>
/// <param name="callers">Computes the hashes of callers; <see langword="null"/> if the log has none.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed class RejectionLog(CallerHash? callers, RateLimitClock clock, ILogger logger)
{
    /// <summary>The largest number of callers of a plan whose rejections are logged at a time. Those of further callers are only measured.</summary>
    public const int MaxCallers = 10_000;

    private const string NotLogged = "not logged";

    // A bucket can reject a caller many times per second if the caller does not wait.
    private static readonly TimeSpan s_shortestSilence = TimeSpan.FromSeconds(10);

    // Waiting does not help a request that costs more than its limit, and some limiters report no time.
    private static readonly TimeSpan s_silenceWithoutWait = TimeSpan.FromMinutes(1);

    // By policy, token type and whether they are report-only: the entries of a plan stay when its numbers change.
    private readonly ConcurrentDictionary<(string Policy, string TokenType, bool IsReportOnly), CallerMap<LoggedRejection>> _plans = [];

    /// <summary>Logs rejections that report-only plans would have made, as <see cref="Rejected"/> does.</summary>
    public void WouldReject(LimitedRequest request)
    {
        if (request.WouldBeRejected)
        {
            Rejected(request, request.Decision.RetryAfter is { } wait ? TimeSpan.FromSeconds(HeaderContext.SecondsUp(wait.Ticks)) : null);
        }
        else if (!request.IsReportOnly)
        {
            foreach (var part in request.Parts)
            {
                WouldReject(part);
            }
        }
    }

    /// <summary>Logs a rejection, unless one of the same caller was logged before.</summary>
    /// <param name="request">The request.</param>
    /// <param name="retryAfter">The announced time of waiting.</param>
    public void Rejected(LimitedRequest request, TimeSpan? retryAfter)
    {
        // Of policies that decide together, the rejecting one is logged, with its caller.
        var rejecting = request.Rejecting;
        var decision = rejecting.Decision;
        if (decision.Outcome == RateLimitOutcome.Rejected && logger.IsEnabled(LogLevel.Information) && IsFirst(rejecting, retryAfter))
        {
            var quota = decision.LongestWait >= 0 ? decision.Statuses[decision.LongestWait].Name : null;
            var caller = callers?.Print(rejecting.Policy.Name, rejecting.Principal) ?? NotLogged;
            if (rejecting.IsReportOnly)
            {
                Log.WouldReject(logger, rejecting.Policy.Name, rejecting.TokenType, quota, retryAfter, caller);
            }
            else
            {
                Log.Rejected(logger, rejecting.Policy.Name, rejecting.TokenType, quota, retryAfter, caller);
            }
        }
    }

    /// <summary>Removes the callers of plans that are no longer in force.</summary>
    /// <param name="definition">The definition in force.</param>
    public void Forget(RateLimitDefinition definition)
    {
        var plans = definition.Policies.SelectMany(policy => policy.Plans).Where(plan => !plan.IsExempt)
            .Select(plan => (plan.PolicyName, plan.TokenType)).ToHashSet();
        foreach (var plan in _plans.Keys.Where(plan => !plans.Contains((plan.Policy, plan.TokenType))))
        {
            _plans.TryRemove(plan, out _);
        }
    }

    private bool IsFirst(LimitedRequest rejecting, TimeSpan? retryAfter)
    {
        var now = clock.Now;
        var silence = retryAfter is not { } wait ? s_silenceWithoutWait : wait > s_shortestSilence ? wait : s_shortestSilence;
        var logged = _plans.GetOrAdd(
            (rejecting.Plan.Definition.PolicyName, rejecting.TokenType, rejecting.IsReportOnly),
            static (_, clock) => new CallerMap<LoggedRejection>(clock, MaxCallers, static (rejection, now) => now >= rejection.Until),
            clock);

        // A limiter of the application distinguishes no callers here: they share an entry.
        var rejection = new LoggedRejection(now + silence.Ticks, rejecting.Decision.LongestWait);
        return (!logged.TryGet(rejecting.Decision.Caller, now, out var before) || before.IsOvertakenBy(rejection))
            && logged.TryReplace(rejecting.Decision.Caller, before, rejection);
    }
}
