using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The rules that tell who is calling. They are asked in the order in which they are added, and the first that knows the
/// caller wins; a request that none knows is limited as its address.
/// </summary>
/// <remarks>
/// A rule that throws is logged, and the request is limited as its address. The rules see what ran before: place
/// <c>UseAuthentication()</c> and <c>UseForwardedHeaders()</c> ahead of <c>UseRateLimitHeaders()</c>.
/// </remarks>
public sealed class PrincipalsBuilder
{
    private readonly BuilderState _state;
    private readonly List<PrincipalRule> _rules = [];
    private AddressRule? _address;

    internal PrincipalsBuilder(BuilderState state) => _state = state;

    /// <summary>Gets the rules but the last: those that were added, or the default one if nothing was chosen at all.</summary>
    internal IReadOnlyList<PrincipalRule> Rules => _rules.Count == 0 && _address is null ? [new UserRule(TokenTypes.User)] : _rules;

    internal AddressRule Address => _address ?? new AddressRule(TokenTypes.Anonymous, ClientAddress.DefaultIPv6PrefixLength);

    /// <summary>Gets all token types that a request can turn out to have; an empty one is a finding, and no name to look up.</summary>
    internal IEnumerable<string> AllTokenTypes => Rules.Append(Address)
        .SelectMany(rule => rule.TokenTypes)
        .Where(tokenType => !string.IsNullOrEmpty(tokenType))
        .Distinct(StringComparer.Ordinal);

    /// <summary>Takes the id from a claim of an authenticated identity.</summary>
    /// <param name="claimType">The claim's type.</param>
    /// <param name="tokenType">The token type of such callers.</param>
    /// <param name="condition">What must hold of the user besides; by default nothing.</param>
    /// <returns>This builder.</returns>
    public PrincipalsBuilder FromClaim(string claimType, string tokenType, Func<ClaimsPrincipal, bool>? condition = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(claimType);
        return Add(new ClaimRule(claimType, tokenType, condition));
    }

    /// <summary>Takes the authenticated user, by its name identifier, its <c>sub</c> claim or its name.</summary>
    /// <param name="tokenType">The token type of such callers, <c>user</c> by default.</param>
    /// <returns>This builder.</returns>
    public PrincipalsBuilder FromUser(string tokenType = TokenTypes.User) => Add(new UserRule(tokenType));

    /// <summary>Takes the user that one authentication scheme vouches for.</summary>
    /// <param name="scheme">The scheme, which must be registered.</param>
    /// <param name="tokenType">The token type of such callers.</param>
    /// <returns>This builder.</returns>
    public PrincipalsBuilder FromAuthenticationScheme(string scheme, string tokenType)
    {
        ArgumentException.ThrowIfNullOrEmpty(scheme);
        return Add(new AuthenticationSchemeRule(scheme, tokenType));
    }

    /// <summary>Takes the value of a request header that a validator accepts.</summary>
    /// <param name="headerName">The header's name, such as <c>X-Api-Key</c>.</param>
    /// <param name="tokenType">The token type of such callers.</param>
    /// <param name="validate">
    /// Tells whether a value is genuine. Without that check a caller could choose to be somebody else, or somebody new on
    /// every request, so there is no overload without it.
    /// </param>
    /// <returns>This builder.</returns>
    public PrincipalsBuilder FromHeader(string headerName, string tokenType, Func<string, bool> validate)
    {
        ArgumentNullException.ThrowIfNull(validate);
        ArgumentException.ThrowIfNullOrEmpty(headerName);
        return Add(new HeaderRule(headerName, tokenType, validate));
    }

    /// <summary>Takes the id that a validator finds for the value of a request header.</summary>
    /// <param name="headerName">The header's name, such as <c>X-Api-Key</c>.</param>
    /// <param name="tokenType">The token type of such callers.</param>
    /// <param name="validate">Finds whose value it is; <see langword="null"/> if it is nobody's.</param>
    /// <returns>This builder.</returns>
    public PrincipalsBuilder FromHeader(string headerName, string tokenType, Func<HttpContext, string, ValueTask<string?>> validate)
    {
        ArgumentException.ThrowIfNullOrEmpty(headerName);
        ArgumentNullException.ThrowIfNull(validate);
        return Add(new AwaitingHeaderRule(headerName, tokenType, validate));
    }

    /// <summary>Takes the client's address. Every request has one, so this rule is always the last.</summary>
    /// <param name="ipv6PrefixLength">
    /// How many bits of an IPv6 address tell callers apart, from 1 to 128; 64 by default, the least that one customer gets.
    /// IPv4 addresses count whole, in IPv4-mapped form too.
    /// </param>
    /// <param name="tokenType">The token type of such callers, <c>anonymous</c> by default.</param>
    /// <returns>This builder.</returns>
    public PrincipalsBuilder FromIpAddress(
        int ipv6PrefixLength = ClientAddress.DefaultIPv6PrefixLength, string tokenType = TokenTypes.Anonymous)
    {
        _state.ThrowIfUsed();
        if (_address is not null)
        {
            _state.Find("Principals: FromIpAddress is given twice; every request has an address, so give it once, last.");
        }

        _address = new AddressRule(tokenType, ipv6PrefixLength);
        return this;
    }

    /// <summary>Takes what a delegate says.</summary>
    /// <param name="resolve">Tells who is calling; <see langword="null"/> to let the next rule decide.</param>
    /// <param name="tokenTypes">The token types that it gives, so that each can be checked to have a plan.</param>
    /// <returns>This builder.</returns>
    public PrincipalsBuilder From(Func<HttpContext, RateLimitPrincipal?> resolve, params string[] tokenTypes)
    {
        ArgumentNullException.ThrowIfNull(resolve);
        ArgumentNullException.ThrowIfNull(tokenTypes);
        return Add(new DelegateRule(resolve, tokenTypes));
    }

    /// <summary>Takes what a service says, which is got from the request's services and may take its time.</summary>
    /// <typeparam name="TResolver">The service, which must be registered.</typeparam>
    /// <param name="tokenTypes">The token types that it gives, so that each can be checked to have a plan.</param>
    /// <returns>This builder.</returns>
    public PrincipalsBuilder FromService<TResolver>(params string[] tokenTypes)
        where TResolver : class, IRateLimitPrincipalResolver
    {
        ArgumentNullException.ThrowIfNull(tokenTypes);
        return Add(new ServiceRule<TResolver>(tokenTypes));
    }

    internal IEnumerable<string> Validate(IServiceProvider services)
    {
        foreach (var rule in Rules.Append(Address))
        {
            if (rule.TokenTypes.Count == 0)
            {
                yield return $"Principals: {rule.Description} declares no token type; name those that it gives, such as \"partner\".";
            }
            else if (rule.TokenTypes.Any(string.IsNullOrEmpty))
            {
                yield return $"Principals: {rule.Description} has an empty token type; give it a name, such as \"access-token\".";
            }

            foreach (var finding in rule.Validate(services))
            {
                yield return finding;
            }
        }
    }

    private PrincipalsBuilder Add(PrincipalRule rule)
    {
        _state.ThrowIfUsed();
        if (_address is not null)
        {
            _state.Find($"Principals: {rule.Description} comes after FromIpAddress, which every request matches; move it before.");
        }

        _rules.Add(rule);
        return this;
    }
}
