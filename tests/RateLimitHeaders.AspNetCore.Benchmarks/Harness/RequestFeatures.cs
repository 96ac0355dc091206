using System.Collections;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Features.Authentication;

namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>
/// The features of one connection, kept as Kestrel keeps them: the common ones in slots, the rest in a short list, and what
/// the request does not have is looked for in the connection. Every new feature and every new request is a new revision.
/// </summary>
internal sealed class RequestFeatures : IFeatureCollection
{
    private static readonly Type[] s_common =
    [
        typeof(IHttpRequestFeature), typeof(IHttpResponseFeature), typeof(IHttpResponseBodyFeature), typeof(IRouteValuesFeature),
        typeof(IEndpointFeature), typeof(IHttpRequestIdentifierFeature), typeof(IServiceProvidersFeature),
        typeof(IHttpRequestLifetimeFeature), typeof(IHttpConnectionFeature), typeof(IHttpAuthenticationFeature), typeof(IQueryFeature),
        typeof(IFormFeature), typeof(IItemsFeature), typeof(ISessionFeature), typeof(IHttpActivityFeature), typeof(IHttpMetricsTagsFeature),
    ];

    private readonly object?[] _atFirst = new object?[s_common.Length];
    private readonly object?[] _current = new object?[s_common.Length];
    private readonly List<KeyValuePair<Type, object>> _extra = [];

    // Not empty, so that a look-up in it is one.
    private readonly FeatureCollection _connection = new();

    public RequestFeatures() => _connection.Set(this);

    public bool IsReadOnly => false;

    public int Revision { get; private set; }

    public object? this[Type key]
    {
        get
        {
            var slot = SlotOf(key);
            return (slot >= 0 ? _current[slot] : Extra(key)) ?? _connection[key];
        }

        set
        {
            Revision++;
            var slot = SlotOf(key);
            if (slot >= 0)
            {
                _current[slot] = value;
            }
            else
            {
                SetExtra(key, value);
            }
        }
    }

    /// <summary>Gives every request of the connection a feature.</summary>
    public void Start<TFeature>(TFeature feature) => _atFirst[SlotOf(typeof(TFeature))] = feature;

    /// <summary>Makes the features those of a new request.</summary>
    public void Reset()
    {
        _atFirst.CopyTo(_current, 0);
        _extra.Clear();
        Revision++;
    }

    public TFeature? Get<TFeature>()
    {
        var feature = this[typeof(TFeature)];

        // As in Kestrel: the type was checked when the feature was set.
        return Unsafe.As<object?, TFeature?>(ref feature);
    }

    public void Set<TFeature>(TFeature? instance) => this[typeof(TFeature)] = instance;

    public IEnumerator<KeyValuePair<Type, object>> GetEnumerator()
    {
        for (var i = 0; i < s_common.Length; i++)
        {
            if (_current[i] is { } feature)
            {
                yield return new(s_common[i], feature);
            }
        }

        foreach (var pair in _extra)
        {
            yield return pair;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static int SlotOf(Type key)
    {
        var common = s_common;
        for (var i = 0; i < common.Length; i++)
        {
            if (common[i] == key)
            {
                return i;
            }
        }

        return -1;
    }

    private object? Extra(Type key)
    {
        foreach (var pair in _extra)
        {
            if (pair.Key == key)
            {
                return pair.Value;
            }
        }

        return null;
    }

    private void SetExtra(Type key, object? value)
    {
        for (var i = 0; i < _extra.Count; i++)
        {
            if (_extra[i].Key == key)
            {
                _extra.RemoveAt(i);
                break;
            }
        }

        if (value is not null)
        {
            _extra.Add(new(key, value));
        }
    }
}
