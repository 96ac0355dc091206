using System.Collections;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace RateLimitHeaders.AspNetCore.OpenApi.Tests;

/// <summary>A document of many endpoints finds each of them without a search among all.</summary>
public class DescribedEndpointTests
{
    private static readonly object s_shared = new();

    [Fact]
    public void Endpoints_OfAllOperations_AreWalkedThroughOnce()
    {
        // Controllers have their action in the metadata; of minimal endpoints, a method that is mapped twice begins both.
        ActionDescriptor[] actions = [.. Enumerable.Range(0, 4).Select(i => new ActionDescriptor { EndpointMetadata = [s_shared, $"{i}"] })];
        Endpoint[] all =
        [
            With(actions[0], "x"), With(s_shared), With([.. actions[1].EndpointMetadata]), With([.. actions[2].EndpointMetadata]), With(),
        ];
        var source = new CountedEndpoints(all);

        Assert.Same(all[0], DescribedEndpoint.Of(actions[0], source));
        Assert.Same(all[2], DescribedEndpoint.Of(actions[1], source));
        Assert.Same(all[3], DescribedEndpoint.Of(actions[2], source));
        var unknown = DescribedEndpoint.Of(actions[3], source);
        Assert.DoesNotContain(unknown, all);
        Assert.Equal(actions[3].EndpointMetadata, unknown.Metadata);
        Assert.Equal(1, source.Walks);
    }

    private static Endpoint With(params object[] metadata) => new(requestDelegate: null, new EndpointMetadataCollection(metadata), displayName: null);

    private sealed class CountedEndpoints(Endpoint[] all) : EndpointDataSource, IReadOnlyList<Endpoint>
    {
        public int Walks { get; private set; }

        public override IReadOnlyList<Endpoint> Endpoints => this;

        public int Count => all.Length;

        public Endpoint this[int index] => all[index];

        public override IChangeToken GetChangeToken() => NullChangeToken.Singleton;

        public IEnumerator<Endpoint> GetEnumerator()
        {
            Walks++;
            return ((IEnumerable<Endpoint>)all).GetEnumerator();
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
