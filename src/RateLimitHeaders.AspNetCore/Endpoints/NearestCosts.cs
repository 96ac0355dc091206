using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Orders the costs among the metadata of an endpoint.</summary>
internal static class NearestCosts
{
    /// <summary>Returns the costs, the nearest first: metadata lists the nearest last.</summary>
    public static IEnumerable<RateLimitCostAttribute> Of(EndpointMetadataCollection metadata)
    {
        List<RateLimitCostAttribute> costs = [.. metadata.GetOrderedMetadata<RateLimitCostAttribute>()];
        if (costs.Count > 1)
        {
            TurnInherited(costs, metadata);
        }

        costs.Reverse();
        return costs;
    }

    /// <summary>
    /// Moves the attributes of a base class or method before those of the derived one: reflection, and with it MVC, lists them in the reverse
    /// order. It is a separate method, so that an application without MVC does not load MVC.
    /// </summary>
    private static void TurnInherited(List<RateLimitCostAttribute> costs, EndpointMetadataCollection metadata)
    {
        var action = metadata.GetMetadata<ActionDescriptor>();
        MemberInfo[] members = action switch
        {
            ControllerActionDescriptor ofController => [ofController.ControllerTypeInfo, ofController.MethodInfo],
            CompiledPageActionDescriptor { ModelTypeInfo: { } model } => [model],
            _ => [],
        };
        var counts = Array.ConvertAll(members, member => member.GetCustomAttributes<RateLimitCostAttribute>(inherit: true).Count());
        RateLimitCostAttribute[] attributes = [.. (action?.EndpointMetadata ?? []).OfType<RateLimitCostAttribute>()];

        // Conventions may have removed attributes, and then it is not known which.
        var start = costs.FindIndex(cost => ReferenceEquals(cost, attributes.FirstOrDefault()));
        if (start < 0 || attributes.Length != counts.Sum() || !costs.Skip(start).Take(attributes.Length).SequenceEqual(attributes))
        {
            return;
        }

        foreach (var count in counts)
        {
            costs.Reverse(start, count);
            start += count;
        }
    }
}
