using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>One way of telling who is calling.</summary>
internal abstract class PrincipalRule(string description, params string[] tokenTypes)
{
    /// <summary>Gets the rule as configured, for messages.</summary>
    public string Description => description;

    /// <summary>Gets the token types of the principals that the rule gives.</summary>
    public IReadOnlyList<string> TokenTypes => tokenTypes;

    /// <summary>Gets the token type of a rule that gives one.</summary>
    protected string TokenType => tokenTypes[0];

    /// <summary>Finds out who is calling. Most rules answer at once.</summary>
    public abstract ValueTask<RateLimitPrincipal?> ResolveAsync(HttpContext context);

    /// <summary>Finds what is wrong with the rule, before the first request.</summary>
    public virtual IEnumerable<string> Validate(IServiceProvider services) => [];
}
