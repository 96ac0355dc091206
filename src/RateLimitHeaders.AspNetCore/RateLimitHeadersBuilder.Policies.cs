using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <content>Adds policies, and says which is everybody's.</content>
public sealed partial class RateLimitHeadersBuilder
{
    /// <summary>
    /// Adds a policy that endpoints require by <c>RequireRateLimiting(name)</c> or <c>[EnableRateLimiting(name)]</c>. Whatever
    /// its name, it is no default policy until <see cref="DefaultPolicy(string)"/> makes it one.
    /// </summary>
    /// <param name="name">The name, of printable ASCII characters.</param>
    /// <param name="configure">Configures the policy.</param>
    /// <returns>This builder.</returns>
    public RateLimitHeadersBuilder AddPolicy(string name, Action<PolicyBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        State.ThrowIfUsed();
        CheckName(name);
        var policy = new PolicyBuilder(State, name);
        configure(policy);
        _policies.Add(new QuotaPolicySource(name, policy));
        return this;
    }

    /// <summary>
    /// Adds a policy of partitions and limiters of somebody else's: the delegate that the <c>AddPolicy</c> of ASP.NET Core's
    /// own <c>AddRateLimiter</c> takes. The headers tell what such a limiter tells, and leave out the rest.
    /// </summary>
    /// <typeparam name="TPartitionKey">The type of the partition keys.</typeparam>
    /// <param name="name">The name, of printable ASCII characters.</param>
    /// <param name="partitioner">Gives the partition of a request. If it or its limiter throws, the request is refused with 503.</param>
    /// <param name="resource">The name for <c>X-RateLimit-Resource</c>; the policy's name by default.</param>
    /// <param name="headers">When responses carry headers; by default as <see cref="HeadersBuilder.When"/> says.</param>
    /// <returns>This builder.</returns>
    public RateLimitHeadersBuilder AddPolicy<TPartitionKey>(
        string name,
        Func<HttpContext, RateLimitPartition<TPartitionKey>> partitioner,
        string? resource = null,
        HeadersWhen? headers = null)
        where TPartitionKey : notnull
    {
        ArgumentNullException.ThrowIfNull(partitioner);
        State.ThrowIfUsed();
        CheckName(name);
        if (resource is not null && !StructuredText.IsPrintable(resource))
        {
            State.Find($"{PolicyBuilder.PlaceOf(name)}Resource is \"{resource}\"; give a name of printable ASCII characters, which a header field can hold.");
        }

        _policies.Add(new ForeignPolicySource<TPartitionKey>(name, resource, partitioner, headers));
        return this;
    }

    /// <summary>Configures the policy of all endpoints that require no other.</summary>
    /// <param name="configure">Configures the policy.</param>
    /// <returns>This builder.</returns>
    public RateLimitHeadersBuilder DefaultPolicy(Action<PolicyBuilder> configure)
    {
        AddPolicy(DefaultPolicyName, configure);
        return DefaultPolicy(DefaultPolicyName);
    }

    /// <summary>Makes a policy that of all endpoints that require no other.</summary>
    /// <param name="name">The name of a policy that is added, before or after.</param>
    /// <returns>This builder.</returns>
    public RateLimitHeadersBuilder DefaultPolicy(string name)
    {
        State.ThrowIfUsed();
        if (_defaultPolicy is not null && _defaultPolicy != name)
        {
            State.Find($"DefaultPolicy is \"{_defaultPolicy}\" and \"{name}\"; choose one.");
        }

        _defaultPolicy = name;
        return this;
    }

    private void CheckName(string name)
    {
        if (!StructuredText.IsPrintable(name))
        {
            State.Find($"AddPolicy has the name \"{name}\"; give a name of printable ASCII characters.");
        }
    }
}
