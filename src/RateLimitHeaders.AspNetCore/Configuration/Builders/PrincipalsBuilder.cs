using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Adds the rules that identify the caller of a request. They run in the order in which they are added, and the first rule that finds a
/// caller wins. If none does, the request is limited by its client IP address.
/// </summary>
/// <remarks>
/// If a rule throws, the exception is logged, and the request is limited by its client IP address; if addresses are exempt, it is not
/// limited. The rules see the results of earlier middleware: call <c>UseAuthentication()</c> and <c>UseForwardedHeaders()</c> before
/// <c>UseRateLimitHeaders()</c>.
/// </remarks>
public sealed class PrincipalsBuilder
{
    private readonly BuilderState _state;
    private readonly List<PrincipalRule> _rules;

    internal PrincipalsBuilder(BuilderState state, List<PrincipalRule> rules)
    {
        _state = state;
        _rules = rules;
    }

    /// <summary>
    /// Uses the value of a claim of an authenticated identity as the id. The id is only the value of the claim.
    /// </summary>
    /// <remarks>
    /// Users of different issuers or schemes with the same value count as one caller. If tokens of several issuers are accepted, use
    /// <see cref="FromUser"/> or <see cref="FromAuthenticationScheme"/>, whose ids contain the scheme and the issuer, or add the issuer to
    /// the id with <see cref="From"/>.
    /// </remarks>
    /// <param name="claimType">The claim's type.</param>
    /// <param name="tokenType">The token type of such callers.</param>
    /// <param name="condition">Returns whether the rule applies to a user; by default it applies to all.</param>
    /// <returns>This builder.</returns>
    public PrincipalsBuilder FromClaim(string claimType, string tokenType, Func<ClaimsPrincipal, bool>? condition = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(claimType);
        return Add(new ClaimRule(claimType, tokenType, condition));
    }

    /// <summary>
    /// Identifies the authenticated user by its name identifier, its <c>sub</c> claim or its name. The id is
    /// <c>authentication type:claim:value</c>, such as <c>Cookies:nameidentifier:42</c>, where the claim is <c>nameidentifier</c>,
    /// <c>sub</c> or <c>name</c>, so that users of different schemes or claims do not share a limit. A hash of the claim's issuer
    /// precedes the claim if the issuer is not the application itself.
    /// </summary>
    /// <param name="tokenType">The token type of such callers, <c>user</c> by default.</param>
    /// <param name="planClaim">
    /// The type of the claim whose value names the user's plan, such as <c>pro</c> of
    /// <see cref="PolicyBuilder.For(string, string, Action{PlanBuilder})"/>; by default users have no named plans. A user without the
    /// claim, or with the name of a plan that does not exist, has the plan of the token type. Only claims of authenticated identities count.
    /// </param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException"><paramref name="planClaim"/> is empty.</exception>
    public PrincipalsBuilder FromUser(string tokenType = TokenTypes.User, string? planClaim = null)
    {
        if (planClaim is null)
        {
            return Add(new UserRule(tokenType));
        }

        ArgumentException.ThrowIfNullOrEmpty(planClaim);
        return Add(new PlannedUserRule(tokenType, planClaim));
    }

    /// <summary>
    /// Identifies the user that one authentication scheme authenticates. The id is that of <see cref="FromUser"/>, with the name of the
    /// scheme. <see cref="HttpContext.User"/> remains that of the default scheme; <see cref="RateLimitCaller.Facts"/> is the
    /// <see cref="System.Security.Claims.ClaimsPrincipal"/> of this one.
    /// </summary>
    /// <param name="scheme">The scheme, which must be registered.</param>
    /// <param name="tokenType">The token type of such callers.</param>
    /// <returns>This builder.</returns>
    public PrincipalsBuilder FromAuthenticationScheme(string scheme, string tokenType)
    {
        ArgumentException.ThrowIfNullOrEmpty(scheme);
        return Add(new AuthenticationSchemeRule(scheme, tokenType));
    }

    /// <summary>Uses the value of a request header as the id if a validator accepts it.</summary>
    /// <remarks>
    /// The value becomes the id of the caller, which appears in the log events of operators' actions, on the operators' page and in its
    /// URLs. For secrets, use an overload whose validator returns an id.
    /// </remarks>
    /// <param name="headerName">The header's name, such as <c>X-Api-Key</c>.</param>
    /// <param name="tokenType">The token type of such callers.</param>
    /// <param name="validate">
    /// Returns whether a value is valid. Without this check a caller could pose as another one, or as a new one with every
    /// request, so there is no overload without it.
    /// </param>
    /// <returns>This builder.</returns>
    public PrincipalsBuilder FromHeader(string headerName, string tokenType, Func<string, bool> validate)
    {
        ArgumentNullException.ThrowIfNull(validate);
        ArgumentException.ThrowIfNullOrEmpty(headerName);
        return Add(HeaderRule.Validated(headerName, tokenType, validate));
    }

    /// <summary>Identifies callers by the result of a validator for the value of a request header: an id, and what limits depend on.</summary>
    /// <param name="headerName">The header's name, such as <c>X-Api-Key</c>.</param>
    /// <param name="tokenType">The token type of such callers.</param>
    /// <param name="validate">Returns the caller that a value belongs to; <see langword="null"/> if the value is not valid.</param>
    /// <param name="cacheTime">
    /// How long a result is used for further requests with the same value, more than zero and at most a day. By default the
    /// validator runs for each request. Only a hash of the value is kept in memory. For values that are not valid, and for requests at
    /// the same time as the first, the validator runs each time.
    /// </param>
    /// <returns>This builder.</returns>
    public PrincipalsBuilder FromHeader(
        string headerName, string tokenType, Func<HttpContext, string, ValueTask<RateLimitIdentity?>> validate, TimeSpan? cacheTime = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(headerName);
        ArgumentNullException.ThrowIfNull(validate);
        return Add(new AwaitingHeaderRule(headerName, tokenType, validate, validate, cacheTime));
    }

    /// <summary>Uses the id that a validator returns for the value of a request header.</summary>
    /// <param name="headerName">The header's name, such as <c>X-Api-Key</c>.</param>
    /// <param name="tokenType">The token type of such callers.</param>
    /// <param name="validate">Returns the id that a value belongs to; <see langword="null"/> if the value is not valid.</param>
    /// <returns>This builder.</returns>
    public PrincipalsBuilder FromHeader(string headerName, string tokenType, Func<HttpContext, string, ValueTask<string?>> validate)
    {
        ArgumentException.ThrowIfNullOrEmpty(headerName);
        ArgumentNullException.ThrowIfNull(validate);
        return Add(new AwaitingHeaderRule(headerName, tokenType, validate, (context, value) =>
        {
            var id = validate(context, value);
            return id.IsCompletedSuccessfully ? new(RateLimitIdentity.Of(id.Result)) : AwaitAsync(id);
        }));

        static async ValueTask<RateLimitIdentity?> AwaitAsync(ValueTask<string?> id) => RateLimitIdentity.Of(await id);
    }

    /// <summary>
    /// Uses a form field of the request body as the id, such as the account of a log-in. A request without the field, or with
    /// a body that is not a form or cannot be read, is left to the next rule.
    /// </summary>
    /// <remarks>
    /// <para>
    /// A caller can write anything into a form, such as a new account with each request. So a limit by a field is used together with a limit
    /// by client IP address (<see cref="RateLimitsBuilder.CombinePolicies"/>), and counts what harms the account, such as failures.
    /// </para>
    /// <para>
    /// The form is read before the request is counted, within the <c>FormOptions</c> of the application and of the endpoint. The endpoint gets
    /// the form that was read, or the same exception, and can read the body again: the body is kept in memory, or in a temporary file if
    /// it is longer than 30 KB.
    /// </para>
    /// </remarks>
    /// <param name="fieldName">The name of the field. If the field occurs several times, the first value that is not empty counts.</param>
    /// <param name="tokenType">
    /// The token type of such callers. The id is the value in upper case, without surrounding blanks, in the Unicode normalization form KC:
    /// spellings that many log-ins treat as one account count as one.
    /// </param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException"><paramref name="fieldName"/> is empty.</exception>
    public PrincipalsBuilder FromForm(string fieldName, string tokenType)
    {
        ArgumentException.ThrowIfNullOrEmpty(fieldName);
        return Add(new FormRule(fieldName, tokenType));
    }

    /// <summary>Uses the client IP address as the id. Every request has one, so this rule is always the last.</summary>
    /// <param name="ipv6PrefixLength">
    /// How many bits of an IPv6 address distinguish callers, from 1 to 128; 64 by default: access providers give a customer a /64 or more.
    /// All bits of IPv4 addresses count, also in IPv4-mapped form.
    /// </param>
    /// <param name="tokenType">The token type of such callers, <c>anonymous</c> by default.</param>
    /// <returns>This builder.</returns>
    public PrincipalsBuilder FromIpAddress(
        int ipv6PrefixLength = ClientAddress.DefaultIPv6PrefixLength, string tokenType = TokenTypes.Anonymous) =>
        Add(new AddressRule(tokenType, ipv6PrefixLength));

    /// <summary>Identifies callers by the result of a delegate.</summary>
    /// <param name="resolve">Returns the caller; <see langword="null"/> leaves the request to the next rule.</param>
    /// <param name="tokenTypes">The token types that it returns, so that each can be checked to have a plan.</param>
    /// <returns>This builder.</returns>
    public PrincipalsBuilder From(Func<HttpContext, RateLimitPrincipal?> resolve, params string[] tokenTypes)
    {
        ArgumentNullException.ThrowIfNull(resolve);
        ArgumentNullException.ThrowIfNull(tokenTypes);
        return Add(new DelegateRule(resolve, tokenTypes));
    }

    /// <summary>Identifies callers by the result of a service, which is resolved from the request's services and may be asynchronous.</summary>
    /// <typeparam name="TResolver">The service, which must be registered.</typeparam>
    /// <param name="tokenTypes">The token types that it returns, so that each can be checked to have a plan.</param>
    /// <returns>This builder.</returns>
    public PrincipalsBuilder FromService<TResolver>(params string[] tokenTypes)
        where TResolver : class, IRateLimitPrincipalResolver
    {
        ArgumentNullException.ThrowIfNull(tokenTypes);
        return Add(new ServiceRule<TResolver>(caching: null, tokenTypes));
    }

    /// <summary>Identifies callers by the result of a service, which is resolved from the request's services, and caches the result for a time.</summary>
    /// <typeparam name="TResolver">The service, which must be registered.</typeparam>
    /// <param name="cacheTime">
    /// How long a result is used for further requests with the same key, more than zero and at most a day. A result of "no caller"
    /// is not cached.
    /// </param>
    /// <param name="cacheKey">
    /// Returns a value that requests of the same caller have in common, such as the value of a header; its hash is kept in memory.
    /// <see langword="null"/> if the service must be called for the request in any case. Everything that the service reads must be part of the key.
    /// </param>
    /// <param name="tokenTypes">The token types that it returns, so that each can be checked to have a plan.</param>
    /// <returns>This builder.</returns>
    public PrincipalsBuilder FromService<TResolver>(TimeSpan cacheTime, Func<HttpContext, string?> cacheKey, params string[] tokenTypes)
        where TResolver : class, IRateLimitPrincipalResolver
    {
        ArgumentNullException.ThrowIfNull(cacheKey);
        ArgumentNullException.ThrowIfNull(tokenTypes);
        return Add(new ServiceRule<TResolver>(new IdentityCaching(cacheTime, cacheKey), tokenTypes));
    }

    private PrincipalsBuilder Add(PrincipalRule rule)
    {
        _state.ThrowIfOver();
        _rules.Add(rule);
        return this;
    }
}
