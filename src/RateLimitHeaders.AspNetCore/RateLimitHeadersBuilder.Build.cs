using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <content>Checks what was configured, and makes the engine of it.</content>
public sealed partial class RateLimitHeadersBuilder
{
    /// <summary>Makes the engine, or throws all findings.</summary>
    internal RateLimitEngine Build()
    {
        AddOwnQuotas();
        State.Find(Validate());
        State.Use();
        RateLimitConfigurationException.ThrowIfAny(State.Findings);

        var logger = ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger(Log.Category);
        var timeProvider = _timeProvider ?? ApplicationServices.GetService<TimeProvider>() ?? TimeProvider.System;
        var metrics = new RateLimitMetrics(ApplicationServices.GetService<System.Diagnostics.Metrics.IMeterFactory>());
        var context = new PolicyContext(
            timeProvider,
            new PrincipalResolver(_principals.Rules, _principals.Address, logger),
            [.. _principals.AllTokenTypes],
            _headers.DefaultWhen,
            _maxPartitions,
            _store,
            metrics,
            logger);

        if (_store is not null)
        {
            RateLimitConfigurationException.ThrowIfAny(
                [.. _store.Validate([.. _policies.SelectMany(policy => policy.StoredPlans(context))])]);
        }

        var policies = _policies.ToDictionary(source => source.Name, source => source.Create(context), StringComparer.Ordinal);
        return new RateLimitEngine(
            policies.Values,
            new PolicySelector(policies, _defaultPolicy is null ? null : policies[_defaultPolicy], _exemptWhen, logger),
            new HeaderEmitter(_headers, RateLimitClock.For(timeProvider), logger),
            new RefusalWriter(_onRefused, logger),
            _store,
            metrics);
    }

    private void AddOwnQuotas()
    {
        if (Quotas.Count == 0)
        {
            return;
        }

        if (_defaultPolicy is not null)
        {
            State.Find($"{Place}There are quotas beside DefaultPolicy, which mean the same; move them into it.");
            return;
        }

        DefaultPolicy(policy => policy.AddAll(Quotas));
    }

    private IEnumerable<string> Validate()
    {
        string[] tokenTypes = [.. _principals.AllTokenTypes];
        var findings = _principals.Validate(ApplicationServices).Concat(_headers.Validate());
        foreach (var finding in findings.Concat(_policies.SelectMany(policy => policy.Validate(tokenTypes))))
        {
            yield return finding;
        }

        if (_policies.Count == 0 && !HasFaultyQuota)
        {
            yield return "There is no policy; add a quota, such as limits.FixedWindow(permitLimit: 100, window: TimeSpan.FromMinutes(1)), "
                + "or a policy with AddPolicy.";
        }

        var endpoints = ApplicationServices.GetService<EndpointDataSource>();
        foreach (var finding in EndpointValidator.Validate(endpoints, [.. _policies.Select(policy => policy.Name)]))
        {
            yield return finding;
        }

        foreach (var policy in _policies.GroupBy(policy => policy.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            yield return $"{PolicyBuilder.PlaceOf(policy.Key)}it is added {policy.Count()} times; give each policy a name of its own.";
        }

        if (_defaultPolicy is not null && _policies.All(policy => policy.Name != _defaultPolicy))
        {
            yield return $"DefaultPolicy is \"{_defaultPolicy}\", which does not exist; add it with AddPolicy(\"{_defaultPolicy}\", …) or correct the name.";
        }
    }
}
