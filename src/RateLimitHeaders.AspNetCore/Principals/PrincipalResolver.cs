using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Runs the rules in their order; the first that identifies the caller wins, and the address is the last resort.</summary>
internal sealed class PrincipalResolver
{
    private readonly PrincipalsDefinition _definition;
    private readonly RateLimitClock _clock;
    private readonly int _capacity;
    private readonly PrincipalRule[] _rules;

    // The awaited rules at the same indexes, so that other rules need no type check.
    private readonly AwaitingPrincipalRule?[] _awaiting;
    private readonly ILogger _logger;

    /// <param name="definition">The rules.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="capacity">The largest number of identities that a rule keeps.</param>
    /// <param name="logger">The logger.</param>
    public PrincipalResolver(PrincipalsDefinition definition, RateLimitClock clock, int capacity, ILogger logger)
    {
        _definition = definition;
        _clock = clock;
        _capacity = capacity;
        _rules = [.. definition.Rules];
        _awaiting = [.. definition.Rules.Select(rule => rule switch
        {
            AwaitingPrincipalRule { Caching: { } caching } awaiting => new CachingRule(awaiting, caching, clock, capacity),
            _ => rule as AwaitingPrincipalRule,
        })];
        _logger = logger;
    }

    /// <summary>Gets a value indicating whether a rule accepts any id in a request (<c>FromForm</c>), so that statuses must not be shown for it.</summary>
    public bool TakesAnyId => _rules.Any(rule => rule.TakesAnyId);

    /// <summary>Returns whether this resolver can be kept, with its cached identities, for these arguments.</summary>
    public bool IsOf(PrincipalsDefinition definition, RateLimitClock clock, int capacity) =>
        _definition == definition && _clock == clock && _capacity == capacity;

    /// <summary>Identifies the caller, and writes it into the decision.</summary>
    public ValueTask ResolveAsync(LimitedRequest request) => ResolveAsync(request, firstRule: 0);

    /// <summary>Identifies the caller only by its address, if all other rules fail.</summary>
    public RateLimitPrincipal ResolveAddress(HttpContext context) => _definition.Address.Resolve(context);

    private ValueTask ResolveAsync(LimitedRequest request, int firstRule)
    {
        for (var i = firstRule; i < _rules.Length; i++)
        {
            try
            {
                if (_awaiting[i] is { } awaiting)
                {
                    var answer = awaiting.ResolveAsync(request.HttpContext);
                    if (!answer.IsCompletedSuccessfully)
                    {
                        return AwaitAsync(request, i, answer);
                    }

                    if (answer.Result is { } identity)
                    {
                        Identify(request, awaiting, identity);
                        return default;
                    }
                }
                else if (_rules[i].TryResolve(request.HttpContext, out request.Decision.Caller))
                {
                    Check(request, _rules[i]);
                    return default;
                }
            }
#pragma warning disable CA1031 // Whatever a resolver of the application throws: the request is limited by its address.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Fail(request, _rules[i], exception);
                return default;
            }
        }

        request.Decision.Caller = ResolveAddress(request.HttpContext);
        request.WasAfterAuthentication = request.Handling.Checks.OnAddress(request.HttpContext);
        return default;
    }

    private async ValueTask AwaitAsync(LimitedRequest request, int rule, ValueTask<RateLimitIdentity?> answer)
    {
        try
        {
            if (await answer is { } identity)
            {
                Identify(request, _rules[rule], identity);
                return;
            }
        }
#pragma warning disable CA1031 // Whatever a resolver of the application throws later: the request is limited by its address.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail(request, _rules[rule], exception);
            return;
        }

        await ResolveAsync(request, rule + 1);
    }

    private void Identify(LimitedRequest request, PrincipalRule rule, in RateLimitIdentity identity)
    {
        request.Identify(identity, rule.TokenTypes[0], rule.TakesAnyId ? ResolveAddress(request.HttpContext).Address : 0);
        if (identity.Plan is { } plan)
        {
            request.Handling.Checks.OnPlan(plan);
        }

        Check(request, rule);
    }

    /// <summary>Checks the token type: every plan was checked against the token types that the rules declare; another one would have no plan.</summary>
    private void Check(LimitedRequest request, PrincipalRule rule)
    {
        if (!rule.Declares(request.Decision.Caller.TokenType))
        {
            Log.UndeclaredTokenType(_logger, rule.Description, request.Decision.Caller.TokenType);
            request.IdentifyByAddress(ResolveAddress(request.HttpContext));
        }
    }

    private void Fail(LimitedRequest request, PrincipalRule rule, Exception exception)
    {
        // A client that disconnects is not a fault of the rule, and must not fill the log.
        if (exception is not OperationCanceledException || !request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            Log.PrincipalFailed(_logger, rule.Description, exception);
        }

        request.Decision.Caller = ResolveAddress(request.HttpContext);
    }
}
