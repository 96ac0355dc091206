using System.Net;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Identifies callers by the client IP address, which every request has: the last resort.</summary>
internal sealed class AddressRule(string tokenType, int ipv6PrefixLength) : PrincipalRule("FromIpAddress()", tokenType)
{
    private protected override object Setting => ipv6PrefixLength;

    public override bool TryResolve(HttpContext context, out RateLimitPrincipal principal)
    {
        principal = Resolve(context);
        return true;
    }

    public RateLimitPrincipal Resolve(HttpContext context) =>
        PrincipalOf(ContextFeatures.RemoteAddress(context));

    /// <summary>Returns the principal of an address; for <see langword="null"/>, that of connections without one.</summary>
    public RateLimitPrincipal PrincipalOf(IPAddress? address) => new(TokenType, ClientAddress.ToKey(address, ipv6PrefixLength));

    /// <summary>Reads an address, or the text for connections without one.</summary>
    public bool TryParse(string id, out RateLimitPrincipal principal)
    {
        var isAddress = IPAddress.TryParse(id, out var address) || id == ClientAddress.Unknown;
        principal = isAddress ? PrincipalOf(address) : default;
        return isAddress;
    }

    public override IEnumerable<RateLimitConfigurationError> Validate(string path, IServiceProvider services)
    {
        if (ipv6PrefixLength is < 1 or > 128)
        {
            yield return new(
                RateLimitErrorIds.IPv6PrefixLength,
                path,
                FormattableString.Invariant($"FromIpAddress has the ipv6PrefixLength {ipv6PrefixLength}; ")
                    + $"give a number of bits from 1 to 128, such as {ClientAddress.DefaultIPv6PrefixLength}.");
        }
    }
}
