namespace RateLimitHeaders.AspNetCore;

/// <summary>The source of the id in a rule of configuration.</summary>
internal enum PrincipalSource
{
    /// <summary>The authenticated user.</summary>
    User,

    /// <summary>A claim.</summary>
    Claim,

    /// <summary>The user of one authentication scheme.</summary>
    AuthenticationScheme,

    /// <summary>A request header with one of certain values.</summary>
    Header,

    /// <summary>A field of the form in the body of the request.</summary>
    Form,

    /// <summary>The client IP address.</summary>
    IpAddress,

    /// <summary>All rules that code has added, in their order.</summary>
    Code,
}
