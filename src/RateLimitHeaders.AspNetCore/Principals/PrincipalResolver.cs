using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Asks the rules in their order; the first that knows the caller wins, and the address is the last resort.</summary>
internal sealed class PrincipalResolver
{
    private readonly PrincipalRule[] _rules;
    private readonly AddressRule _address;
    private readonly ILogger _logger;

    public PrincipalResolver(IReadOnlyList<PrincipalRule> rules, AddressRule address, ILogger logger)
    {
        _rules = [.. rules];
        _address = address;
        _logger = logger;
    }

    public ValueTask<RateLimitPrincipal> ResolveAsync(HttpContext context) => ResolveAsync(context, firstRule: 0);

    /// <summary>Gets the caller as its address alone, for when all else fails.</summary>
    public RateLimitPrincipal ResolveAddress(HttpContext context) => _address.Resolve(context);

    private ValueTask<RateLimitPrincipal> ResolveAsync(HttpContext context, int firstRule)
    {
        for (var i = firstRule; i < _rules.Length; i++)
        {
            ValueTask<RateLimitPrincipal?> answer;
            try
            {
                answer = _rules[i].ResolveAsync(context);
                if (!answer.IsCompletedSuccessfully)
                {
                    return AwaitAsync(context, i, answer);
                }
            }
#pragma warning disable CA1031 // Whatever a resolver of the application throws: the request is limited as its address.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                return new(Fail(context, _rules[i], exception));
            }

            if (answer.Result is { } principal)
            {
                return new(Checked(context, _rules[i], principal));
            }
        }

        return new(_address.Resolve(context));
    }

    private async ValueTask<RateLimitPrincipal> AwaitAsync(HttpContext context, int rule, ValueTask<RateLimitPrincipal?> answer)
    {
        try
        {
            if (await answer is { } principal)
            {
                return Checked(context, _rules[rule], principal);
            }
        }
#pragma warning disable CA1031 // As above.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Fail(context, _rules[rule], exception);
        }

        return await ResolveAsync(context, rule + 1);
    }

    /// <summary>Every plan was checked against the token types that the rules declare; another one would have none.</summary>
    private RateLimitPrincipal Checked(HttpContext context, PrincipalRule rule, RateLimitPrincipal principal)
    {
        foreach (var tokenType in rule.TokenTypes)
        {
            if (tokenType == principal.TokenType)
            {
                return principal;
            }
        }

        Log.UndeclaredTokenType(_logger, rule.Description, principal.TokenType);
        return _address.Resolve(context);
    }

    private RateLimitPrincipal Fail(HttpContext context, PrincipalRule rule, Exception exception)
    {
        Log.PrincipalFailed(_logger, rule.Description, exception);
        return _address.Resolve(context);
    }
}
