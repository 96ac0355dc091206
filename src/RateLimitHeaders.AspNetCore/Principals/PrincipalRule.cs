using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>A rule that identifies callers. Rules of the same kind with the same settings are equal.</summary>
internal abstract class PrincipalRule(string description, params string[] tokenTypes) : IEquatable<PrincipalRule>
{
    /// <summary>Gets the rule as configured, for messages.</summary>
    public string Description => description;

    /// <summary>Gets the token types of the principals that the rule returns.</summary>
    public IReadOnlyList<string> TokenTypes => tokenTypes;

    /// <summary>Gets a value indicating whether the rule needs the user that <c>UseAuthentication()</c> sets.</summary>
    public virtual bool NeedsUser => false;

    /// <summary>Gets a value indicating whether the rule accepts any id that a caller invents.</summary>
    public virtual bool TakesAnyId => false;

    /// <summary>Gets the token type of a rule that returns one.</summary>
    protected string TokenType => tokenTypes[0];

    /// <summary>Gets the source of the rule's ids: rules that find the same ids of the same requests have the same text, ignoring case.</summary>
    private protected virtual string IdSource => Description;

    /// <summary>Gets the setting that is neither in the description nor a token type, such as a function of the application.</summary>
    private protected virtual object? Setting => null;

    /// <summary>Identifies the caller, at once.</summary>
    /// <returns><see langword="false"/> to leave the request to the next rule.</returns>
    public abstract bool TryResolve(HttpContext context, out RateLimitPrincipal principal);

    /// <summary>Returns whether the rule was declared with a token type.</summary>
    public bool Declares(string tokenType) =>
        (tokenTypes.Length > 0 && ReferenceEquals(tokenTypes[0], tokenType)) || tokenTypes.Contains(tokenType, StringComparer.Ordinal);

    /// <summary>Finds configuration errors of the rule, before the first request.</summary>
    /// <param name="path">Where the rule is in the configuration.</param>
    /// <param name="services">The application's services.</param>
    public virtual IEnumerable<RateLimitConfigurationError> Validate(string path, IServiceProvider services) => [];

    /// <summary>
    /// Returns whether two rules find ids of the same token types in the same place, whatever functions of the application do with them.
    /// </summary>
    public bool FindsIdsAs(PrincipalRule other) => string.Equals(IdSource, other.IdSource, StringComparison.OrdinalIgnoreCase)
        && TokenTypes.SequenceEqual(other.TokenTypes, StringComparer.Ordinal);

    public bool Equals(PrincipalRule? other) => other is not null
        && GetType() == other.GetType()
        && Description == other.Description
        && TokenTypes.SequenceEqual(other.TokenTypes, StringComparer.Ordinal)
        && Equals(Setting, other.Setting);

    public sealed override bool Equals(object? obj) => Equals(obj as PrincipalRule);

    public sealed override int GetHashCode() => HashCode.Combine(GetType(), Description, Setting);

    /// <summary>Uses an id, if one was found.</summary>
    protected bool TryTake(string? id, out RateLimitPrincipal principal)
    {
        principal = string.IsNullOrEmpty(id) ? default : new RateLimitPrincipal(TokenType, id);
        return !string.IsNullOrEmpty(id);
    }
}
