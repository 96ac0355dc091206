using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// All log events. Only the events of operators' actions carry the id of a caller: data that is not written needs no protection.
/// A rejection carries a keyed hash of it on demand. A number never gets another meaning; 3 was the rejection of each request, at
/// the level of debugging.
/// </summary>
internal static partial class Log
{
    /// <summary>The category of all of them.</summary>
    public const string Category = "RateLimitHeaders.AspNetCore";

    [LoggerMessage(1, LogLevel.Debug, "The request is not limited and carries no rate limit headers: {Reason}")]
    public static partial void NotLimited(ILogger logger, string reason);

    [LoggerMessage(2, LogLevel.Debug,
        "The response carries no rate limit headers (policy {Policy}, token type {TokenType}): {Reason}")]
    public static partial void HeadersWithheld(ILogger logger, string policy, string tokenType, string? reason);

    [LoggerMessage(4, LogLevel.Information,
        "Rejected: policy {Policy}, token type {TokenType}, quota {Quota}, retry after {RetryAfter}, caller {Caller}.",
        SkipEnabledCheck = true)]
    public static partial void Rejected(ILogger logger, string policy, string tokenType, string? quota, TimeSpan? retryAfter, string caller);

    [LoggerMessage(87, LogLevel.Information,
        "Would reject: policy {Policy}, token type {TokenType}, quota {Quota}, retry after {RetryAfter}, caller {Caller}. The plan is report-only.",
        SkipEnabledCheck = true)]
    public static partial void WouldReject(ILogger logger, string policy, string tokenType, string? quota, TimeSpan? retryAfter, string caller);

    [LoggerMessage(88, LogLevel.Information,
        "A caller of policy {Policy}, token type {TokenType}, is banned for {Lasting}, after {Rejections} rejections within {Within}.")]
    public static partial void Banned(ILogger logger, string policy, string tokenType, TimeSpan lasting, int rejections, TimeSpan within);

    [LoggerMessage(89, LogLevel.Information, "The ban of a caller of policy {Policy}, token type {TokenType}, was lifted.")]
    public static partial void BanLifted(ILogger logger, string policy, string tokenType);

    [LoggerMessage(10, LogLevel.Error, "{Rule} failed; the request counts as a request of its client IP address.")]
    public static partial void PrincipalFailed(ILogger logger, string rule, Exception exception);

    [LoggerMessage(11, LogLevel.Error,
        "{Rule} returned the token type {TokenType}, which it was not declared with; the request counts as a request of its client IP address. "
        + "Name the token type where the rule is added.")]
    public static partial void UndeclaredTokenType(ILogger logger, string rule, string tokenType);

    [LoggerMessage(12, LogLevel.Error,
        "The limit function of quota {Quota} failed (policy {Policy}, token type {TokenType}); the request is limited by its client IP address, "
        + "or by the last limits if addresses are exempt.")]
    public static partial void LimitFailed(ILogger logger, string quota, string policy, string tokenType, Exception exception);

    [LoggerMessage(13, LogLevel.Error,
        "The limit function of quota {Quota} returned {Limit} (policy {Policy}, token type {TokenType}); the request is limited by its client IP "
        + "address, or by the last limits if addresses are exempt. Return 0 or more.")]
    public static partial void LimitInvalid(ILogger logger, string quota, string policy, string tokenType, double limit);

    [LoggerMessage(14, LogLevel.Error, "A cost function failed (policy {Policy}); the request costs 1.")]
    public static partial void CostFailed(ILogger logger, string policy, Exception exception);

    [LoggerMessage(15, LogLevel.Error,
        "A cost function returned {Cost} (policy {Policy}); the request costs 1. Return 0 to 999,999,999,999,999, or PermitCost.AnyLeft.")]
    public static partial void CostInvalid(ILogger logger, string policy, long cost);

    [LoggerMessage(16, LogLevel.Error, "ExemptWhen failed; the request is limited.")]
    public static partial void ExemptionFailed(ILogger logger, Exception exception);

    [LoggerMessage(24, LogLevel.Error, "A function of PartitionBy failed; the request is counted without its value (policy {Policy}).")]
    public static partial void DimensionFailed(ILogger logger, string policy, Exception exception);

    [LoggerMessage(25, LogLevel.Warning,
        "A rule identified a caller with the plan \"{Plan}\", and no policy has a plan with that name; the plan of its token type "
        + "applies. Add the plan with For(tokenType, planName, …), or leave the name out.")]
    public static partial void PlanUnknown(ILogger logger, string plan);

    [LoggerMessage(26, LogLevel.Warning,
        "The policy \"{Policy}\" is the policy of no endpoint, and neither the default nor the global one: it limits no request. Require it "
        + "with RequireRateLimiting(\"{Policy}\"), give it Endpoints (those with methods take precedence), make it the DefaultPolicy, or remove it.")]
    public static partial void PolicyUnused(ILogger logger, string policy);

    [LoggerMessage(27, LogLevel.Warning,
        "UseRateLimitHeaders(limits => …) has ExposeToBrowsers(), which has no effect without the services of this library. "
        + "Call services.AddRateLimitHeaders().")]
    public static partial void ExposureWithoutServices(ILogger logger);

    [LoggerMessage(28, LogLevel.Warning,
        "Configuration has the section {Section}, which UseRateLimitHeaders(limits => …) does not read. Call services.AddRateLimitHeaders(), "
        + "or remove the section.")]
    public static partial void SectionUnread(ILogger logger, string section);

    [LoggerMessage(17, LogLevel.Error,
        "The partition or limiter of policy {Policy} failed; the request is rejected with 503, because it is not known whether it fits.")]
    public static partial void ForeignLimiterFailed(ILogger logger, string policy, Exception exception);

    [LoggerMessage(18, LogLevel.Error,
        "OnRejected or the problem details service failed; the request is still rejected, without the response that it would have written.")]
    public static partial void RejectionFailed(ILogger logger, Exception exception);

    [LoggerMessage(19, LogLevel.Error, "Rate limit headers could not be written.")]
    public static partial void HeadersFailed(ILogger logger, Exception exception);

    [LoggerMessage(20, LogLevel.Error,
        "A limiter or lease of policy {Policy} failed when its idle time was read, or when it was disposed.")]
    public static partial void ForeignCleanupFailed(ILogger logger, string policy, Exception exception);

    [LoggerMessage(22, LogLevel.Error,
        "The store that counts policy {Policy} failed; the request is rejected with 503, because it is not known whether it fits.")]
    public static partial void StoreFailed(ILogger logger, string policy, Exception exception);

    [LoggerMessage(23, LogLevel.Error,
        "A charge, refund, reset or release of policy {Policy} failed; the response shows the state before it.")]
    public static partial void AdjustmentFailed(ILogger logger, string policy, Exception exception);

    [LoggerMessage(78, LogLevel.Information,
        "Policy {Policy}, token type {TokenType}: {Permits} permits of a request were not charged, because its caller owes as many as MaxDebt allows.")]
    public static partial void DebtBounded(ILogger logger, string policy, string tokenType, long permits);

    [LoggerMessage(79, LogLevel.Error,
        "The function that decides whether a response counts failed (policy {Policy}, token type {TokenType}); the response counts.")]
    public static partial void CountingFailed(ILogger logger, string policy, string tokenType, Exception exception);

    [LoggerMessage(21, LogLevel.Debug,
        "The response carries no rate limit headers (policy {Policy}): it had started before UseRateLimitHeaders() ran.")]
    public static partial void HeadersTooLate(ILogger logger, string policy);

    [LoggerMessage(30, LogLevel.Warning,
        "Policy {Policy} counts {MaxPartitions} callers of the token type {TokenType}, as many as MaxPartitions allows; "
        + "further callers share partitions with each other until some are dropped. Raise MaxPartitions, or give FromIpAddress a shorter "
        + "ipv6PrefixLength if few networks send from many addresses.")]
    public static partial void PartitionsExhausted(ILogger logger, string policy, string tokenType, int maxPartitions);

    [LoggerMessage(31, LogLevel.Error,
        "Endpoint {Endpoint} requires the rate limiting policy {Policy}, which does not exist; the default policy applies, if there is one. "
        + "Add it with AddPolicy.")]
    public static partial void PolicyMissing(ILogger logger, string? endpoint, string policy);

    [LoggerMessage(90, LogLevel.Warning,
        "Hub method {Method} has EnableRateLimiting, and its invocations are not limited. Call AddSignalR().AddRateLimitHeaders().")]
    public static partial void HubMethodNotLimited(ILogger logger, string? method);

    [LoggerMessage(93, LogLevel.Warning,
        "UseRateLimitHeaders() is called after UseEndpoints(): requests that an endpoint answers do not reach it and are not limited. "
        + "Place it between UseRouting() and UseEndpoints().")]
    public static partial void AfterEndpoints(ILogger logger);

    [LoggerMessage(32, LogLevel.Error,
        "UseRateLimitHeaders() runs before UseRouting(): it did not see that endpoint {Endpoint} has rate limiting metadata. "
        + "Place it after UseRouting().")]
    public static partial void BeforeRouting(ILogger logger, string? endpoint);

    [LoggerMessage(34, LogLevel.Warning,
        "The policy {Policy} is defined in AddRateLimiter, too. If UseRateLimiter() and UseRateLimitHeaders() run in one pipeline, "
        + "its requests are limited twice. Remove one of the two definitions.")]
    public static partial void LimitedTwice(ILogger logger, string policy);

    [LoggerMessage(35, LogLevel.Warning,
        "AddRateLimiter has a GlobalLimiter. If UseRateLimiter() and UseRateLimitHeaders() run in one pipeline, it limits the "
        + "same requests, and the rate limit headers do not show it. Move it into AddRateLimitHeaders with Global.")]
    public static partial void GlobalLimiterBeside(ILogger logger);

    [LoggerMessage(36, LogLevel.Warning,
        "UseRateLimitHeaders() runs before UseAuthentication(): a request was limited by its client IP address, and its user was "
        + "authenticated later. Place UseRateLimitHeaders() after UseAuthentication().")]
    public static partial void BeforeAuthentication(ILogger logger);

    [LoggerMessage(91, LogLevel.Warning,
        "UseAuthentication() runs the default scheme only: a request was limited by its client IP address, and its user was authenticated "
        + "later by another scheme. Add FromAuthenticationScheme for that scheme, or make a policy scheme the default. "
        + "A user is identified by its name identifier, sub or name claim.")]
    public static partial void AuthenticatedByAnotherScheme(ILogger logger);

    [LoggerMessage(92, LogLevel.Warning,
        "Page handler {Handler} has a rate limiting attribute, which has no effect, because a page is one endpoint. Place the attribute on the "
        + "page model, or give its policy a cost that is a function of the request.")]
    public static partial void PageHandlerIgnored(ILogger logger, string handler);

    [LoggerMessage(37, LogLevel.Warning,
        "{Rule} has matched none of {Count} authenticated requests. A JWT handler renames claims such as \"sub\" unless MapInboundClaims "
        + "is false; check the claim type that the identity has.")]
    public static partial void ClaimNeverMatches(ILogger logger, string rule, int count);

    [LoggerMessage(38, LogLevel.Warning,
        "A request with {Field} is limited by the address of the proxy that sent it, so that all callers behind the proxy share a limit. "
        + "Set ForwardedHeaders.XForwardedFor and the known proxies in ForwardedHeadersOptions, and ForwardedForHeaderName if the proxy sends "
        + "another field than X-Forwarded-For; call UseForwardedHeaders() before UseRateLimitHeaders().")]
    public static partial void ForwardedHeadersUnused(ILogger logger, string field);

    [LoggerMessage(39, LogLevel.Warning,
        "Policy {Policy}, token type {TokenTypes}: quota {Longer} has a longer window and a lower limit than quota {Shorter}, which "
        + "therefore hardly ever limits. Correct the limits, or remove {Shorter}.")]
    public static partial void LongerWindowIsLower(ILogger logger, string policy, string tokenTypes, string longer, string shorter);

    [LoggerMessage(60, LogLevel.Warning,
        "Endpoint {Endpoint} requires a rate limiting policy and is short-circuited by routing: no middleware runs for it, so that it "
        + "is not limited. Remove ShortCircuit() or the policy.")]
    public static partial void ShortCircuited(ILogger logger, string? endpoint);

    [LoggerMessage(61, LogLevel.Warning,
        "A branch of the pipeline and the pipeline itself both have UseRateLimitHeaders(limits => …): the limits of the branch have decided, "
        + "and those after it do not count such requests. Keep one of the two.")]
    public static partial void DecidedInBranch(ILogger logger);

    [LoggerMessage(62, LogLevel.Warning,
        "A rejection of a cross-origin request carries no Access-Control-Allow-Origin, so that a browser reports a network error instead "
        + "of the status. If the application has UseCors(), place it before UseRateLimitHeaders().")]
    public static partial void CorsTooLate(ILogger logger);

    [LoggerMessage(33, LogLevel.Warning,
        "AddRateLimitHeaders was called and UseRateLimitHeaders() was not: no HTTP request is limited. Call app.UseRateLimitHeaders().")]
    public static partial void NotUsed(ILogger logger);

    [LoggerMessage(80, LogLevel.Information,
        "Configuration overrides settings of code: {Settings}.")]
    public static partial void ConfigurationOverrides(ILogger logger, string settings);

    [LoggerMessage(81, LogLevel.Warning,
        "The section {Section}, which was passed to LoadFromConfiguration, does not exist: no limit comes from it. Check its name.")]
    public static partial void SectionMissing(ILogger logger, string section);

    [LoggerMessage(82, LogLevel.Information, "Configuration has changed, and its limits are in force.")]
    public static partial void ConfigurationApplied(ILogger logger);

    [LoggerMessage(83, LogLevel.Debug, "Configuration was read again and has not changed.")]
    public static partial void ConfigurationUnchanged(ILogger logger);

    [LoggerMessage(84, LogLevel.Error, "Configuration has changed and cannot be used; the limits in force are kept. {Errors}")]
    public static partial void ConfigurationFailed(ILogger logger, string errors);

    [LoggerMessage(85, LogLevel.Warning,
        "Policy {Policy}, token type {TokenType}: counts start again from zero: {Changes}.")]
    public static partial void CountsStartAnew(ILogger logger, string policy, string tokenType, string changes);

    [LoggerMessage(86, LogLevel.Warning,
        "{Setting} has changed in configuration. It is read when the application starts, and takes effect with the next start.")]
    public static partial void RestartNeeded(ILogger logger, string setting);

    [LoggerMessage(63, LogLevel.Information,
        "{Identity} has reset the caller {Caller} of policy {Policy}, token type {TokenType}: its counts were cleared.")]
    public static partial void OperatorReset(ILogger logger, string identity, string policy, string tokenType, string caller);

    [LoggerMessage(64, LogLevel.Information,
        "{Identity} has granted {Permits} permits of {Quota} to the caller {Caller} of policy {Policy}, token type {TokenType}.")]
    public static partial void OperatorGranted(
        ILogger logger, string identity, long permits, string quota, string policy, string tokenType, string caller);

    [LoggerMessage(65, LogLevel.Information,
        "{Identity} has banned the caller {Caller} of policy {Policy}, token type {TokenType}, for {Lasting}.")]
    public static partial void OperatorBanned(
        ILogger logger, string identity, TimeSpan lasting, string policy, string tokenType, string caller);

    [LoggerMessage(66, LogLevel.Information,
        "{Identity} has lifted the ban of the caller {Caller} of policy {Policy}, token type {TokenType}.")]
    public static partial void OperatorLiftedBan(ILogger logger, string identity, string policy, string tokenType, string caller);

    [LoggerMessage(40, LogLevel.Warning, "{Store} cannot count ({Reason}). Until it can, {Meanwhile}.")]
    public static partial void Unavailable(ILogger logger, string store, string reason, string meanwhile);

    [LoggerMessage(41, LogLevel.Information, "{Store} counts again, after {Outage}.")]
    public static partial void Available(ILogger logger, string store, TimeSpan outage);

    [LoggerMessage(42, LogLevel.Error,
        "{Store} returned a non-transient error: {Error} The request is treated as if {Store} could not count; other requests are "
        + "counted there. Further errors are logged again after a minute.")]
    public static partial void CallFailed(ILogger logger, string store, string error, Exception? exception);

    [LoggerMessage(43, LogLevel.Warning, "{Store} answers, but may count wrongly. {Finding}")]
    public static partial void Miscounts(ILogger logger, string store, string finding);
}
