using System.Net;
using System.Security.Claims;
using System.Threading.RateLimiting;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Microsoft.Extensions.Logging.Abstractions;

namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>
/// Finding the principal of a request, from the address, a claim and a header that is checked, against what a partitioner of
/// ASP.NET Core does for it: it makes a <see cref="RateLimitPartition{TKey}"/> of the same key. The partition is not looked up
/// yet.
/// </summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class PrincipalBenchmarks
{
    private const string ClaimType = "client_id";
    private const string HeaderName = "X-Api-Key";
    private const string Key = "3f2b8c1e9a7d4056";

    private static readonly AddressRule s_address = new(TokenTypes.Anonymous, ClientAddress.DefaultIPv6PrefixLength);

    private static readonly RateLimitDefinition s_definition = new()
    {
        Principals = new PrincipalsDefinition([], s_address),
        Policies = [],
        Headers = new HeadersDefinition(XRateLimit: null, Ietf: null, NearLimit: 0, double.PositiveInfinity, MaxJitter: TimeSpan.Zero),
        MaxPartitions = 1,
        TimeProvider = TimeProvider.System,
    };

    private static readonly SetupChecks s_checks = new(s_definition, NullLogger.Instance);

    private readonly FixedWindowRateLimiterOptions _window = new() { PermitLimit = 100, Window = TimeSpan.FromMinutes(1) };
    private readonly PrincipalResolver _byAddress = Resolver();
    private readonly PrincipalResolver _byClaim = Resolver(new ClaimRule(ClaimType, "consumer", condition: null));
    private readonly PrincipalResolver _byHeader = Resolver(
        HeaderRule.Validated(HeaderName, "key", IsKnown));

    private readonly LimitedRequest _request = new();

    private readonly DefaultHttpContext _context = new()
    {
        Connection = { RemoteIpAddress = IPAddress.Parse("203.0.113.7") },
        Request = { Headers = { [HeaderName] = Key } },
        User = new ClaimsPrincipal(new ClaimsIdentity([new("iss", "me"), new("aud", "you"), new(ClaimType, "42")], "Bearer")),
    };

    [GlobalSetup]
    public void Begin()
    {
        var headers = new HeaderEmitter(
            new HeadersDefinition(XRateLimit: null, Ietf: null, NearLimit: 0, double.PositiveInfinity, MaxJitter: TimeSpan.Zero),
            RateLimitClock.For(TimeProvider.System),
            NullLogger.Instance);
        _request.Begin(_context, policy: null!, new RequestHandling(headers, null!, s_checks, null!, null!, TimeProvider.System, GlobalPolicy: null));
    }

    [Benchmark(Baseline = true)]
    [BenchmarkCategory("address")]
    public RateLimitPartition<IPAddress> PartitionerByAddress() =>
        RateLimitPartition.GetFixedWindowLimiter(_context.Connection.RemoteIpAddress!, _ => _window);

    [Benchmark]
    [BenchmarkCategory("address")]
    public RateLimitPrincipal OursByAddress() => Resolve(_byAddress);

    [Benchmark(Baseline = true)]
    [BenchmarkCategory("claim")]
    public RateLimitPartition<string> PartitionerByClaim() =>
        RateLimitPartition.GetFixedWindowLimiter(_context.User.FindFirst(ClaimType)?.Value ?? string.Empty, _ => _window);

    [Benchmark]
    [BenchmarkCategory("claim")]
    public RateLimitPrincipal OursByClaim() => Resolve(_byClaim);

    [Benchmark(Baseline = true)]
    [BenchmarkCategory("header")]
    public RateLimitPartition<string> PartitionerByHeader()
    {
        var value = _context.Request.Headers[HeaderName].ToString();
        return RateLimitPartition.GetFixedWindowLimiter(IsKnown(value) ? value : string.Empty, _ => _window);
    }

    [Benchmark]
    [BenchmarkCategory("header")]
    public RateLimitPrincipal OursByHeader() => Resolve(_byHeader);

    private static bool IsKnown(string value) => value == Key;

    private RateLimitPrincipal Resolve(PrincipalResolver resolver)
    {
        var resolved = resolver.ResolveAsync(_request);
        return resolved.IsCompletedSuccessfully ? _request.Decision.Caller : throw new InvalidOperationException("No rule here has to wait.");
    }

    private static PrincipalResolver Resolver(params PrincipalRule[] rules) => new(
        new PrincipalsDefinition([.. rules], s_address), RateLimitClock.For(s_definition.TimeProvider), s_definition.MaxPartitions, NullLogger.Instance);
}
