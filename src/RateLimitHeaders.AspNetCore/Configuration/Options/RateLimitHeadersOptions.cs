using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Settings of rate limits and their headers, as code sets them: <c>AddRateLimitHeaders(limits => …)</c> writes into them, and
/// <c>services.Configure&lt;RateLimitHeadersOptions&gt;(…)</c> can change them, too. The configuration section <c>RateLimitHeaders</c>
/// has the same settings. It takes precedence, and is not written into these options.
/// </summary>
/// <remarks>
/// Values out of range stop the start-up with one <see cref="RateLimitConfigurationException"/> that names all of them. Functions
/// can be set only in code.
/// </remarks>
public sealed class RateLimitHeadersOptions
{
    /// <summary>The default of <see cref="MaxPartitions"/>.</summary>
    internal const int DefaultMaxPartitions = 250_000;

    /// <summary>
    /// Gets or sets the largest number of callers of one token type that each policy counts separately, 1 or more; the default is 250,000.
    /// </summary>
    public int MaxPartitions { get; set; } = DefaultMaxPartitions;

    /// <summary>
    /// Gets or sets the name of the policy of all requests whose endpoint requires no other, or that have no endpoint. With
    /// <see langword="null"/>, the default, there is none, or it is the policy of <see cref="Quotas"/> if there are any.
    /// </summary>
    public string? DefaultPolicy { get; set; }

    /// <summary>
    /// Gets or sets the name of the policy of all requests, which applies in addition to the policy of their endpoint: both admit a request, or
    /// neither charges it. With <see langword="null"/>, the default, there is none.
    /// </summary>
    public string? GlobalPolicy { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether all policies that an endpoint requires apply to it. The default is
    /// <see langword="false"/>: only the nearest one applies, as in ASP.NET Core.
    /// </summary>
    public bool CombinePolicies { get; set; }

    /// <summary>
    /// Gets or sets the share of the callers for which plans are enforced, from 0 to 1, as in <see cref="PlanOptions.Enforce"/>, unless
    /// a plan or a policy sets it itself. The default is 1: all.
    /// </summary>
    public double Enforce { get; set; } = 1;

    /// <summary>
    /// Gets the endpoints that are not limited, whatever their metadata, by patterns as in <see cref="PolicyOptions.Endpoints"/>.
    /// </summary>
    public IList<string> ExemptEndpoints { get; private set; } = [];

    /// <summary>
    /// Gets the quotas, by their names, that apply to each caller on all requests whose endpoint requires no policy, or that have no endpoint.
    /// They are the short form of a default policy with the name <c>default</c>.
    /// </summary>
    public OrderedDictionary<string, QuotaOptions> Quotas { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>Gets the policies, by their names: printable ASCII characters.</summary>
    public OrderedDictionary<string, PolicyOptions> Policies { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>Gets the settings of the header families that responses carry, and of when they carry them.</summary>
    public HeadersOptions Headers { get; private set; } = new();

    /// <summary>
    /// Gets or sets a value indicating whether the log event of a rejection contains a hash of the caller; the default is
    /// <see langword="false"/>. The hash is the one of <c>pk</c>, with the key <see cref="IetfOptions.PartitionKeySecret"/>.
    /// </summary>
    /// <remarks>
    /// The hash is the Base64 of the first 16 bytes of an HMAC-SHA-256 of the UTF-16 text (little endian)
    /// <c>{length of the policy's name}:{policy's name}{length of the token type}:{token type}{id}</c>, where the id is
    /// <see cref="RateLimitPrincipal.Id"/>. If no key is set, each process generates one, so that the
    /// hashes of two processes differ.
    /// </remarks>
    public bool LogCallers { get; set; }

    /// <summary>Gets the rules that identify the caller of a request, in their order; none for the default ones.</summary>
    internal List<PrincipalRule> Principals { get; private set; } = [];

    /// <summary>Gets the rules of the settings that these were copied from.</summary>
    internal IReadOnlyList<PrincipalRule> PrincipalsOfCode { get; private set; } = [];

    internal Func<HttpContext, bool>? ExemptWhen { get; set; }

    internal Func<RateLimitRejection, ValueTask>? OnRejected { get; set; }

    internal TimeProvider? TimeProvider { get; set; }

    /// <summary>Gets the errors of calls on builders that the settings cannot hold, such as a second policy with the same name.</summary>
    internal ConfigurationErrors Conflicts { get; } = new();

    /// <summary>Gets the findings of reading configuration into these settings.</summary>
    internal SettingFindings Findings { get; private set; } = new();

    /// <summary>Makes equal settings, so that configuration can be read into the copy without changing these.</summary>
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
