using System.Globalization;

namespace RateLimitHeaders.AspNetCore;

/// <summary>A request of an operator over HTTP.</summary>
/// <param name="TokenType">The token type of the caller.</param>
/// <param name="Id">The id of the caller.</param>
/// <param name="Policy">The name of the policy; <see langword="null"/> for all.</param>
/// <param name="Permits">The permits to grant.</param>
/// <param name="Seconds">How long to ban the caller, in seconds.</param>
/// <param name="Quota">The name of the quota to grant permits of, or a unit; <see langword="null"/> for all quotas that do not count bytes.</param>
internal sealed record OperatorAct(string? TokenType, string? Id, string? Policy = null, long Permits = 0, double Seconds = 0, string? Quota = null)
{
    /// <summary>Gets how long to ban the caller.</summary>
    /// <exception cref="ArgumentException">The member is missing or out of its range.</exception>
    public TimeSpan ToLasting() => Seconds >= 1 && Seconds <= QuotaRules.MaxWindow.TotalSeconds
        ? TimeSpan.FromSeconds(Seconds)
        : throw Invalid("seconds", Seconds, $"a number from 1 to {QuotaRules.MaxWindow.TotalSeconds}");

    /// <summary>Gets what to grant the caller.</summary>
    /// <exception cref="ArgumentException">The member is missing or out of its range.</exception>
    public RateLimitGrant ToGrant() => Permits is >= 1 and <= PermitCost.Max
        ? new(Permits) { QuotaOrUnit = Quota }
        : throw Invalid("permits", Permits, $"a whole number from 1 to {PermitCost.Max}");

    /// <summary>Gets the caller.</summary>
    /// <exception cref="ArgumentException">A member is missing.</exception>
    public RateLimitTarget ToTarget() => new(Required("token_type", TokenType), Required("id", Id)) { PolicyName = Policy };

    /// <summary>Gets a value that must be there.</summary>
    /// <exception cref="ArgumentException">It is missing.</exception>
    public static string Required(string member, string? value) =>
        value is { Length: > 0 } ? value : throw new ArgumentException($"{member} is missing; give it.");

    /// <summary>Creates the exception for a value that is out of its range.</summary>
    public static ArgumentException Invalid(string member, object value, FormattableString range) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{member} is {value}; give {range.ToString(CultureInfo.InvariantCulture)}."));
}
