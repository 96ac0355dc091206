using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The catalog of the registered runtime, which is the one of the pipeline.</summary>
/// <param name="services">The services. The runtime is created when the catalog is first used, because the pipeline may configure its limits later.</param>
internal sealed class RateLimitCatalog(IServiceProvider services) : IRateLimitCatalog
{
    private volatile Entries? _known;

    public IReadOnlyList<RateLimitPolicyInfo> Policies => Current.Policies;

    public IReadOnlyList<RateLimitPolicyInfo> PoliciesOf(Endpoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        var current = Current;
        var names = current.Snapshot.Endpoints.PoliciesOf(endpoint).Select(policy => policy.Name);
        return Array.AsReadOnly<RateLimitPolicyInfo>([.. names.Select(name => current.Policies.First(policy => policy.Name == name))]);
    }

    private Entries Current
    {
        get
        {
            var snapshot = services.GetRequiredService<RateLimitRuntime>().Current;
            var known = _known;
            return known is not null && ReferenceEquals(known.Snapshot, snapshot) ? known : _known = new Entries(snapshot);
        }
    }

    private sealed class Entries(RateLimitSnapshot snapshot)
    {
        public RateLimitSnapshot Snapshot { get; } = snapshot;

        public IReadOnlyList<RateLimitPolicyInfo> Policies { get; } = Array.AsReadOnly<RateLimitPolicyInfo>(
            [.. snapshot.Definition.Policies.Select(policy => new RateLimitPolicyInfo(policy, snapshot))]);
    }
}
