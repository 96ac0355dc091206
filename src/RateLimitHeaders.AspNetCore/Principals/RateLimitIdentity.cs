namespace RateLimitHeaders.AspNetCore;

/// <summary>The identity of a caller: its id, and what its limits depend on.</summary>
public readonly struct RateLimitIdentity
{
    /// <summary>Creates an identity with the token type of the rule.</summary>
    /// <param name="id">The id within the token type, as in <see cref="RateLimitPrincipal(string, string)"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="id"/> is empty.</exception>
    public RateLimitIdentity(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        Id = id;
    }

    /// <summary>Creates an identity of a principal.</summary>
    /// <param name="principal">The token type and the id.</param>
    public RateLimitIdentity(RateLimitPrincipal principal)
        : this(principal.Id) => TokenType = principal.TokenType;

    /// <summary>Gets the id within the token type.</summary>
    public string Id { get; }

    /// <summary>
    /// Gets the token type, one of those that the rule was declared with; <see langword="null"/>, the default, for the first of them.
    /// </summary>
    public string? TokenType { get; init; }

    /// <summary>
    /// Gets the name of the caller's plan, such as <c>pro</c>; <see langword="null"/>, the default, for the plan of the token type.
    /// A policy without such a plan for the token type applies the plan of the token type
    /// (<see cref="PolicyBuilder.For(string, string, Action{PlanBuilder})"/>).
    /// </summary>
    public string? Plan { get; init; }

    /// <summary>
    /// Gets facts about the caller for functions that return limits and costs (<see cref="RateLimitCaller.Facts"/>), such as a customer's
    /// record; <see langword="null"/> by default. Concurrent requests may read it.
    /// </summary>
    public object? Facts { get; init; }

    /// <summary>Creates an identity from an id; <see langword="null"/> if there is no id.</summary>
    internal static RateLimitIdentity? Of(string? id) => string.IsNullOrEmpty(id) ? null : new RateLimitIdentity(id);

    /// <summary>Creates an identity of a principal.</summary>
    public static implicit operator RateLimitIdentity(RateLimitPrincipal principal) => new(principal);
}
