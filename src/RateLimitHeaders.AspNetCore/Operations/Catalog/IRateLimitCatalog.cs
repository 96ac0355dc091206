using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Returns the limits in force, for documents and pages about an API. <c>services.AddRateLimitHeaders(…)</c> registers it; with
/// <c>app.UseRateLimitHeaders(limits => …)</c>, call <c>services.AddRateLimitHeaders()</c>, too.
/// </summary>
/// <remarks>
/// Each result describes the configuration that is in force at the moment of the call, and does not change with it. Limits of
/// <c>app.UseRateLimitHeaders(limits => …)</c> are known after that call. Reading the catalog creates no partition and charges nothing.
/// The limits of <c>services.AddRateLimitHeaders(…)</c> are returned even if no pipeline uses them.
/// The library implements the interface, and a later version may add members: for tests, use a mocking library.
/// </remarks>
public interface IRateLimitCatalog
{
    /// <summary>Gets all policies, in the order of the configuration.</summary>
    /// <exception cref="RateLimitConfigurationException">The limits cannot work, or there are none yet.</exception>
    IReadOnlyList<RateLimitPolicyInfo> Policies { get; }

    /// <summary>
    /// Finds the policies that limit the requests of an endpoint; each of them can reject a request if a plan of it is enforced
    /// (<see cref="RateLimitPlanInfo.Enforce"/>).
    /// </summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <returns>The policies; none if the endpoint is not limited.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="endpoint"/> is <see langword="null"/>.</exception>
    /// <exception cref="RateLimitConfigurationException">The limits cannot work, or there are none yet.</exception>
    IReadOnlyList<RateLimitPolicyInfo> PoliciesOf(Endpoint endpoint);
}
