using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Takes a request header that has one of certain values, which are secrets: the id of the caller is a hash of its value.</summary>
/// <remarks>Ids stand in the log of what operators do, on their page and in the addresses of its requests.</remarks>
internal sealed class ListedHeaderRule(string headerName, string tokenType, EquatableList<string> values)
    : PrincipalRule($"FromHeader(\"{headerName}\")", tokenType)
{
    // 64 bits tell apart all keys that a configuration can list.
    private const int IdBytes = 8;

    private readonly FrozenDictionary<string, string> _ids = values.Distinct(StringComparer.Ordinal).ToFrozenDictionary(value => value, IdOf, StringComparer.Ordinal);

    private protected override object Setting => values;

    public override bool TryResolve(HttpContext context, out RateLimitPrincipal principal)
    {
        var value = HeaderRule.ValueOf(context, headerName);
        return TryTake(value is not null && _ids.TryGetValue(value, out var id) ? id : null, out principal);
    }

    private static string IdOf(string value) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)).AsSpan(0, IdBytes));
}
