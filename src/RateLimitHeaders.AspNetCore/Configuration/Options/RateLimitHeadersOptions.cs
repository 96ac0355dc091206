using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Rate limits and their headers, as code gives them: <c>AddRateLimitHeaders(limits => …)</c> writes into these settings, and
/// <c>services.Configure&lt;RateLimitHeadersOptions&gt;(…)</c> changes them beside it. The section <c>RateLimitHeaders</c> of
/// configuration has the same settings, lies on top, and is not written into these.
/// </summary>
/// <remarks>
/// Values out of range stop the start-up with one <see cref="RateLimitConfigurationException"/> that names all of them. Functions
/// can only be given in code.
/// </remarks>
public sealed class RateLimitHeadersOptions
{
    /// <summary>The default of <see cref="MaxPartitions"/>.</summary>
    internal const int DefaultMaxPartitions = 250_000;

    /// <summary>Gets or sets the most callers of one token type that each policy counts apart, 1 or more; the default is 250,000.</summary>
    public int MaxPartitions { get; set; } = DefaultMaxPartitions;

    /// <summary>
    /// Gets or sets the name of the policy of all requests whose endpoint requires no other, or that have no endpoint;
    /// <see langword="null"/>, the default, for none, or for that of <see cref="Quotas"/> if there are any.
    /// </summary>
    public string? DefaultPolicy { get; set; }

    /// <summary>
    /// Gets or sets the name of the policy of all requests, beside that of their endpoint: both admit a request, or neither charges
    /// it. <see langword="null"/>, the default, for none.
    /// </summary>
    public string? GlobalPolicy { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether an endpoint that requires several policies has all of them; the default is
    /// <see langword="false"/>: the nearest alone, as in ASP.NET Core.
    /// </summary>
    public bool CombinePolicies { get; set; }

    /// <summary>
    /// Gets or sets the share of the callers that plans are enforced for, from 0 to 1, as in <see cref="PlanOptions.Enforce"/>, where
    /// a plan or a policy does not say it itself. The default is 1: all.
    /// </summary>
    public double Enforce { get; set; } = 1;

    /// <summary>Gets the endpoints that are not limited, whatever their metadata says: patterns as in <see cref="PolicyOptions.Endpoints"/>.</summary>
    public IList<string> ExemptEndpoints { get; private set; } = [];

    /// <summary>
    /// Gets the quotas of all requests whose endpoint requires no policy, or that have no endpoint, and of all callers, by their names.
    /// They are the short form of a default policy that is named <c>default</c>.
    /// </summary>
    public OrderedDictionary<string, QuotaOptions> Quotas { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>Gets the policies, by their names: printable ASCII characters.</summary>
    public OrderedDictionary<string, PolicyOptions> Policies { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>Gets which header families responses carry, and when.</summary>
    public HeadersOptions Headers { get; private set; } = new();

    /// <summary>
    /// Gets or sets a value indicating whether the log event of a rejection tells the caller; the default is
    /// <see langword="false"/>. It is told as in <c>pk</c>: a hash with the key <see cref="IetfOptions.PartitionKeySecret"/>.
    /// </summary>
    /// <remarks>
    /// The hash is the Base64 of the first 16 bytes of an HMAC-SHA-256 of the UTF-16 text (little endian)
    /// <c>{length of the policy's name}:{policy's name}{length of the token type}:{token type}{id}</c>, where the id is
    /// <see cref="RateLimitPrincipal.Id"/>. Without a key of its own, each process makes one up, so that the
    /// hashes of two processes are not the same.
    /// </remarks>
    public bool LogCallers { get; set; }

    /// <summary>Gets the rules that tell the caller of a request, in their order; none for the default ones.</summary>
    internal List<PrincipalRule> Principals { get; private set; } = [];

    /// <summary>Gets the rules of the settings that these were copied from.</summary>
    internal IReadOnlyList<PrincipalRule> PrincipalsOfCode { get; private set; } = [];

    internal Func<HttpContext, bool>? ExemptWhen { get; set; }

    internal Func<RateLimitRejection, ValueTask>? OnRejected { get; set; }

    internal TimeProvider? TimeProvider { get; set; }

    /// <summary>Gets what builders were told and the settings cannot hold, such as a second policy of the same name.</summary>
    internal ConfigurationErrors Conflicts { get; } = new();

    /// <summary>Gets what was found while configuration was read into these settings.</summary>
    internal SettingFindings Findings { get; private set; } = new();

    /// <summary>Makes settings that say the same, so that configuration read into them leaves these as they are.</summary>
    internal RateLimitHeadersOptions Copy()
    {
        var copy = (RateLimitHeadersOptions)MemberwiseClone();
        copy.ExemptEndpoints = [.. ExemptEndpoints];
        copy.Quotas = Quotas.Copy(quota => quota.Copy());
        copy.Policies = Policies.Copy(policy => policy.Copy());
        copy.Headers = Headers.Copy();
        copy.Principals = [.. Principals];
        copy.PrincipalsOfCode = Principals;
        copy.Findings = new();
        return copy;
    }
}
