using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Takes the value of a request header that is one of certain values.</summary>
internal sealed class ListedHeaderRule(string headerName, string tokenType, EquatableList<string> values)
    : PrincipalRule($"FromHeader(\"{headerName}\")", tokenType)
{
    private readonly FrozenSet<string> _values = values.ToFrozenSet(StringComparer.Ordinal);

    private protected override object Setting => values;

    public override bool TryResolve(HttpContext context, out RateLimitPrincipal principal)
    {
        var value = HeaderRule.ValueOf(context, headerName);
        return TryTake(value is not null && _values.Contains(value) ? value : null, out principal);
    }
}
