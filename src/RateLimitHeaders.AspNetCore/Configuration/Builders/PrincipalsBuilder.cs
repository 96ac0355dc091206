using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The rules that identify the caller of a request. They run in the order in which they are added, and the first that finds a
/// caller wins. If none does, the request is limited by its client IP address.
/// </summary>
/// <remarks>
/// If a rule throws, that is logged, and the request is limited by its client IP address; where addresses are exempt, it is not
/// limited. The rules see what ran before: place <c>UseAuthentication()</c> and <c>UseForwardedHeaders()</c> ahead of <c>UseRateLimitHeaders()</c>.
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
    /// Takes the id from a claim of an authenticated identity. The id is the value of the claim alone.
    /// </summary>
    /// <remarks>
    /// Users of different issuers or schemes with the same value count as one caller. Where tokens of several issuers are accepted, use
    /// <see cref="FromUser"/> or <see cref="FromAuthenticationScheme"/>, whose ids contain the scheme and the issuer, or put the issuer into
    /// the id with <see cref="From"/>.
    /// </remarks>
    /// <param name="claimType">The claim's type.</param>
    /// <param name="tokenType">The token type of such callers.</param>
    /// <param name="condition">Tells whether the rule applies to a user; by default it applies to all.</param>
    /// <returns>This builder.</returns>
    public PrincipalsBuilder FromClaim(string claimType, string tokenType, Func<ClaimsPrincipal, bool>? condition = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(claimType);
        return Add(new ClaimRule(claimType, tokenType, condition));
    }

    /// <summary>
    /// Takes the authenticated user, by its name identifier, its <c>sub</c> claim or its name. The id is
    /// <c>authentication type:claim:value</c>, such as <c>Cookies:nameidentifier:42</c>, where the claim is <c>nameidentifier</c>,
    /// <c>sub</c> or <c>name</c>, so that users of different schemes or claims do not share a limit. A hash of the claim's issuer
    /// comes before the claim where the issuer is not the application itself.
    /// </summary>
    /// <param name="tokenType">The token type of such callers, <c>user</c> by default.</param>
    /// <param name="planClaim">
    /// The type of the claim whose value names the user's plan, such as <c>pro</c> of
    /// <see cref="PolicyBuilder.For(string, string, Action{PlanBuilder})"/>; by default users have no plans by name. A user without the
    /// claim, or with a name that no plan has, has the plan of the token type. Only claims of authenticated identities count.
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
    /// Takes the user that one authentication scheme authenticates. The id is as that of <see cref="FromUser"/>, with the name of the
    /// scheme.
    /// </summary>
    /// <param name="scheme">The scheme, which must be registered.</param>
    /// <param name="tokenType">The token type of such callers.</param>
    /// <returns>This builder.</returns>
    public PrincipalsBuilder FromAuthenticationScheme(string scheme, string tokenType)
    {
        ArgumentException.ThrowIfNullOrEmpty(scheme);
        return Add(new AuthenticationSchemeRule(scheme, tokenType));
    }

    /// <summary>Takes the value of a request header that a validator accepts.</summary>
    /// <remarks>
    /// The value becomes the id of the caller, which appears in the log events, the page and the URLs of operators. For secrets, use an
    /// overload whose validator returns an id.
    /// </remarks>
    /// <param name="headerName">The header's name, such as <c>X-Api-Key</c>.</param>
    /// <param name="tokenType">The token type of such callers.</param>
    /// <param name="validate">
    /// Tells whether a value is genuine. Without that check a caller could pass for another one, or for a new one on every
    /// request, so there is no overload without it.
    /// </param>
    /// <returns>This builder.</returns>
    public PrincipalsBuilder FromHeader(string headerName, string tokenType, Func<string, bool> validate)
    {
        ArgumentNullException.ThrowIfNull(validate);
        ArgumentException.ThrowIfNullOrEmpty(headerName);
        return Add(HeaderRule.Validated(headerName, tokenType, validate));
    }

    /// <summary>Takes what a validator finds for the value of a request header: an id, and what limits depend on.</summary>
    /// <param name="headerName">The header's name, such as <c>X-Api-Key</c>.</param>
    /// <param name="tokenType">The token type of such callers.</param>
    /// <param name="validate">Finds the caller that a value belongs to; <see langword="null"/> if it is not genuine.</param>
    /// <param name="cacheTime">
    /// How long what was found holds for further requests with the same value, more than zero and at most a day. By default the
    /// validator runs for each request. The memory keeps a hash of the value. For values that are not genuine, and for requests at
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

    /// <summary>Takes the id that a validator finds for the value of a request header.</summary>
    /// <param name="headerName">The header's name, such as <c>X-Api-Key</c>.</param>
    /// <param name="tokenType">The token type of such callers.</param>
    /// <param name="validate">Finds the id that a value belongs to; <see langword="null"/> if it is not genuine.</param>
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
    /// Takes a field of the form that the body of the request is, such as the account of a log-in. A request without the field, or with
    /// a body that is no form or cannot be read, is left to the next rule.
    /// </summary>
    /// <remarks>
    /// <para>
    /// A caller writes into a form what it likes, a new account with each request included. So a limit by a field stands beside one by
    /// the client IP address (<see cref="RateLimitsBuilder.CombinePolicies"/>), and counts what harms the account, such as failures.
    /// </para>
    /// <para>
    /// The form is read before the request is counted, within the <c>FormOptions</c> of the application and of the endpoint. The endpoint gets
    /// the form that was read, or the same exception, and can read the body again: it is kept in memory, or in a temporary file if
    /// it is longer than 30 KB.
    /// </para>
    /// </remarks>
    /// <param name="fieldName">The name of the field. If it comes several times, the first one that is not empty counts.</param>
    /// <param name="tokenType">
    /// The token type of such callers. The id is the value in capitals, without blanks around it, in the Unicode normalization form KC:
    /// spellings that many log-ins take for one account count as one.
    /// </param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException"><paramref name="fieldName"/> is empty.</exception>
    public PrincipalsBuilder FromForm(string fieldName, string tokenType)
    {
        ArgumentException.ThrowIfNullOrEmpty(fieldName);
        return Add(new FormRule(fieldName, tokenType));
    }

    /// <summary>Takes the client IP address. Every request has one, so this rule is always the last.</summary>
    /// <param name="ipv6PrefixLength">
    /// How many bits of an IPv6 address tell callers apart, from 1 to 128; 64 by default, the fewest addresses that one customer gets.
    /// IPv4 addresses count whole, in IPv4-mapped form too.
    /// </param>
    /// <param name="tokenType">The token type of such callers, <c>anonymous</c> by default.</param>
    /// <returns>This builder.</returns>
    public PrincipalsBuilder FromIpAddress(
        int ipv6PrefixLength = ClientAddress.DefaultIPv6PrefixLength, string tokenType = TokenTypes.Anonymous) =>
        Add(new AddressRule(tokenType, ipv6PrefixLength));

    /// <summary>Takes what a delegate returns.</summary>
    /// <param name="resolve">Tells the caller; <see langword="null"/> to let the next rule decide.</param>
    /// <param name="tokenTypes">The token types that it gives, so that each can be checked to have a plan.</param>
    /// <returns>This builder.</returns>
    public PrincipalsBuilder From(Func<HttpContext, RateLimitPrincipal?> resolve, params string[] tokenTypes)
    {
        ArgumentNullException.ThrowIfNull(resolve);
        ArgumentNullException.ThrowIfNull(tokenTypes);
        return Add(new DelegateRule(resolve, tokenTypes));
    }

    /// <summary>Takes what a service of the request's services returns, which may be asynchronous.</summary>
    /// <typeparam name="TResolver">The service, which must be registered.</typeparam>
    /// <param name="tokenTypes">The token types that it gives, so that each can be checked to have a plan.</param>
    /// <returns>This builder.</returns>
    public PrincipalsBuilder FromService<TResolver>(params string[] tokenTypes)
        where TResolver : class, IRateLimitPrincipalResolver
    {
        ArgumentNullException.ThrowIfNull(tokenTypes);
        return Add(new ServiceRule<TResolver>(caching: null, tokenTypes));
    }

    /// <summary>Takes what a service of the request's services returns, and keeps it for a time.</summary>
    /// <typeparam name="TResolver">The service, which must be registered.</typeparam>
    /// <param name="cacheTime">
    /// How long what was found holds for further requests with the same key, more than zero and at most a day. A result of "no caller"
    /// is not kept.
    /// </param>
    /// <param name="cacheKey">
    /// Gets what requests of the same caller have in common, such as the value of a header; its hash is kept in memory.
    /// <see langword="null"/> for a request that is asked about in any case. All that the service looks at must be part of it.
    /// </param>
    /// <param name="tokenTypes">The token types that it gives, so that each can be checked to have a plan.</param>
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
