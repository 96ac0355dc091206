using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Identifies callers by a request header whose value is accepted. A header alone makes no principal.</summary>
/// <param name="headerName">The name of the header.</param>
/// <param name="tokenType">The token type.</param>
/// <param name="idOf">Returns the id of the caller for a value; <see langword="null"/> for one that is not accepted.</param>
/// <param name="setting">The setting that distinguishes rules.</param>
/// <param name="areHashes">Whether ids are hashes of values, not the values.</param>
internal sealed class HeaderRule(string headerName, string tokenType, Func<string, string?> idOf, object setting, bool areHashes)
    : PrincipalRule($"FromHeader(\"{headerName}\")", tokenType)
{
    // 64 bits distinguish all keys that a configuration can list.
    private const int IdBytes = 8;

    private protected override object Setting => setting;

    private protected override string IdSource => areHashes ? $"{Description}, hashed" : Description;

    /// <summary>Accepts the values that a validator of the application accepts. They are the ids.</summary>
    public static HeaderRule Validated(string headerName, string tokenType, Func<string, bool> validate) =>
        new(headerName, tokenType, value => validate(value) ? value : null, validate, areHashes: false);

    /// <summary>Accepts certain values, which are secrets: the id of the caller is a hash of its value.</summary>
    /// <remarks>Ids appear in the log of operators' actions, on their page and in the addresses of its requests.</remarks>
    public static HeaderRule Listed(string headerName, string tokenType, EquatableList<string> values)
    {
        var ids = values.Distinct(StringComparer.Ordinal).ToFrozenDictionary(value => value, IdOf, StringComparer.Ordinal);
        return new(headerName, tokenType, ids.GetValueOrDefault, values, areHashes: true);
    }

    public override bool TryResolve(HttpContext context, out RateLimitPrincipal principal) =>
        TryTake(ValueOf(context, headerName) is { } value ? idOf(value) : null, out principal);

    /// <summary>
    /// Returns the one value of a header. Empty values next to it do not count, because the text of several values omits them. With two
    /// values it is not known which of them the application uses.
    /// </summary>
    internal static string? ValueOf(HttpContext context, string headerName) =>
        !context.Request.Headers.TryGetValue(headerName, out var values) ? null
        : values is [{ Length: > 0 } value] ? value
        : values.Where(value => !string.IsNullOrEmpty(value)).ToArray() is [var only] ? only
        : null;

    private static string IdOf(string value) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)).AsSpan(0, IdBytes));
}
