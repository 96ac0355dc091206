using System.Buffers.Binary;
using System.Reflection;
using System.Text;
using System.Xml.Linq;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>What is in the packages, and what they say of themselves.</summary>
[Collection(Alone.Name)]
public sealed class PackageContentTests(PackedPackages packages) : IClassFixture<PackedPackages>
{
    private const string Core = "RateLimitHeaders.AspNetCore";

    private const string Redis = "RateLimitHeaders.AspNetCore.Redis";

    private const string OpenApi = "RateLimitHeaders.AspNetCore.OpenApi";

    private const string Swashbuckle = "RateLimitHeaders.AspNetCore.Swashbuckle";

    private const string Testing = "RateLimitHeaders.AspNetCore.Testing";

    [Theory]
    [InlineData(Core, "analyzers/dotnet/cs/RateLimitHeaders.AspNetCore.Analyzers.dll", "analyzers/dotnet/cs/RateLimitHeaders.AspNetCore.CodeFixes.dll", "ConfigurationSchema.json", $"buildTransitive/{Core}.targets")]
    [InlineData(Redis, "ConfigurationSchema.json", $"buildTransitive/{Redis}.targets")]
    [InlineData(OpenApi)]
    [InlineData(Swashbuckle)]
    [InlineData(Testing)]
    public void Entries_OfAPackage_AreThese(string package, params string[] more) =>
        Assert.Equal(
            more.Concat(
            [
                "README.md",
                $"{package}.nuspec",
                "[Content_Types].xml",
                "_rels/.rels",
                "icon.png",
                $"lib/net10.0/{package}.dll",
                $"lib/net10.0/{package}.xml",
                "package/services/metadata/core-properties/*.psmdcp",
            ]).Order(StringComparer.Ordinal),
            packages.Entries(package).Select(AnyProperties).Order(StringComparer.Ordinal));

    [Fact]
    public void Description_OfTheCore_IsThis() =>
        Assert.Equal(
            """
            id: RateLimitHeaders.AspNetCore
            version: 0.0.0-packed
            authors: RateLimitHeaders contributors
            license type=expression: MIT
            icon: icon.png
            readme: README.md
            description: Rate limiting for ASP.NET Core web APIs that shows every caller, on every response, how much of its limit is left: X-RateLimit-*, Bitbucket's, GitHub's, Jira's and the IETF's RateLimit headers, an exact Retry-After, and limits per principal and token type.
            releaseNotes: .github/CHANGELOG.md in the repository lists what is new in each version, and what breaks.
            copyright: Copyright (c) RateLimitHeaders contributors
            tags: aspnetcore rate-limiting ratelimit headers throttling 429 middleware
            repository type=git url=https://repository.example/limits.git branch=refs/heads/main commit=0123456789abcdef0123456789abcdef01234567
            dependencies
              group targetFramework=net10.0
            frameworkReferences
              group targetFramework=net10.0
                frameworkReference name=Microsoft.AspNetCore.App
            """,
            Description(Core));

    [Fact]
    public void Description_OfTheRedisPackage_IsThis() =>
        Assert.Equal(
            """
            id: RateLimitHeaders.AspNetCore.Redis
            version: 0.0.0-packed
            authors: RateLimitHeaders contributors
            license type=expression: MIT
            icon: icon.png
            readme: README.md
            description: Counts the limits of RateLimitHeaders.AspNetCore in Redis, Valkey or Garnet, so that all servers of an API share one quota: the same algorithms, headers and exactness as in memory, one round trip per request, and an answer when Redis is down.
            releaseNotes: .github/CHANGELOG.md in the repository lists what is new in each version, and what breaks.
            copyright: Copyright (c) RateLimitHeaders contributors
            tags: aspnetcore rate-limiting ratelimit headers throttling 429 redis valkey garnet distributed
            repository type=git url=https://repository.example/limits.git branch=refs/heads/main commit=0123456789abcdef0123456789abcdef01234567
            dependencies
              group targetFramework=net10.0
                dependency id=RateLimitHeaders.AspNetCore version=0.0.0-packed exclude=Build
                dependency id=StackExchange.Redis version=2.7.27 exclude=Build,Analyzers
            frameworkReferences
              group targetFramework=net10.0
                frameworkReference name=Microsoft.AspNetCore.App
            """,
            Description(Redis));

    [Fact]
    public void Description_OfTheOpenApiPackage_IsThis() =>
        Assert.Equal(
            """
            id: RateLimitHeaders.AspNetCore.OpenApi
            version: 0.0.0-packed
            authors: RateLimitHeaders contributors
            license type=expression: MIT
            icon: icon.png
            readme: README.md
            description: Adds the limits of RateLimitHeaders.AspNetCore to the documents of Microsoft.AspNetCore.OpenApi: the header fields that responses actually carry, 429 and 503 with Retry-After and problem details, and the quotas of each token type.
            releaseNotes: .github/CHANGELOG.md in the repository lists what is new in each version, and what breaks.
            copyright: Copyright (c) RateLimitHeaders contributors
            tags: aspnetcore rate-limiting ratelimit headers throttling 429 openapi swagger
            repository type=git url=https://repository.example/limits.git branch=refs/heads/main commit=0123456789abcdef0123456789abcdef01234567
            dependencies
              group targetFramework=net10.0
                dependency id=RateLimitHeaders.AspNetCore version=0.0.0-packed exclude=Build
                dependency id=Microsoft.AspNetCore.OpenApi version=10.0.0 include=All
            frameworkReferences
              group targetFramework=net10.0
                frameworkReference name=Microsoft.AspNetCore.App
            """,
            Description(OpenApi));

    [Fact]
    public void Description_OfTheSwashbucklePackage_IsThis() =>
        Assert.Equal(
            """
            id: RateLimitHeaders.AspNetCore.Swashbuckle
            version: 0.0.0-packed
            authors: RateLimitHeaders contributors
            license type=expression: MIT
            icon: icon.png
            readme: README.md
            description: Adds the limits of RateLimitHeaders.AspNetCore to the documents of Swashbuckle: the header fields that responses actually carry, 429 and 503 with Retry-After and problem details, and the quotas of each token type.
            releaseNotes: .github/CHANGELOG.md in the repository lists what is new in each version, and what breaks.
            copyright: Copyright (c) RateLimitHeaders contributors
            tags: aspnetcore rate-limiting ratelimit headers throttling 429 openapi swagger swashbuckle
            repository type=git url=https://repository.example/limits.git branch=refs/heads/main commit=0123456789abcdef0123456789abcdef01234567
            dependencies
              group targetFramework=net10.0
                dependency id=RateLimitHeaders.AspNetCore version=0.0.0-packed exclude=Build
                dependency id=Swashbuckle.AspNetCore.SwaggerGen version=11.0.1 exclude=Build,Analyzers
            frameworkReferences
              group targetFramework=net10.0
                frameworkReference name=Microsoft.AspNetCore.App
            """,
            Description(Swashbuckle));

    [Fact]
    public void Description_OfThePackageForTests_IsThis() =>
        Assert.Equal(
            """
            id: RateLimitHeaders.AspNetCore.Testing
            version: 0.0.0-packed
            authors: RateLimitHeaders contributors
            license type=expression: MIT
            icon: icon.png
            readme: README.md
            description: For the tests of an API that is limited by RateLimitHeaders.AspNetCore: callers with addresses of their own under TestServer, fake time, exhausting a caller with one request, and readable assertions of the rate limit fields, in any test framework.
            releaseNotes: .github/CHANGELOG.md in the repository lists what is new in each version, and what breaks.
            copyright: Copyright (c) RateLimitHeaders contributors
            tags: aspnetcore rate-limiting ratelimit testing testserver webapplicationfactory 429
            repository type=git url=https://repository.example/limits.git branch=refs/heads/main commit=0123456789abcdef0123456789abcdef01234567
            dependencies
              group targetFramework=net10.0
                dependency id=RateLimitHeaders.AspNetCore version=0.0.0-packed exclude=Build,Analyzers
                dependency id=Microsoft.Extensions.TimeProvider.Testing version=10.0.0 exclude=Build,Analyzers
            frameworkReferences
              group targetFramework=net10.0
                frameworkReference name=Microsoft.AspNetCore.App
            """,
            Description(Testing));

    [Theory]
    [InlineData(Core, "[Configuration]", "docs/configuration.md")]
    [InlineData(Redis, "[Configuration]", "../RateLimitHeaders.AspNetCore/docs/configuration.md")]
    [InlineData(OpenApi, "[Configuration]", "../RateLimitHeaders.AspNetCore/docs/configuration.md")]
    [InlineData(Swashbuckle, "[Configuration]", "../RateLimitHeaders.AspNetCore/docs/configuration.md")]
    [InlineData(Testing, "[Testing]", "../RateLimitHeaders.AspNetCore/docs/testing.md")]
    public void Readme_OfAPackage_IsItsOwnWithLinksToTheCommit(string package, string text, string page)
    {
        var packed = Encoding.UTF8.GetString(packages.Read(package, "README.md"));

        var commit = $"{PackedPackages.RepositoryUrl}/blob/{PackedPackages.Commit}/src/{package}";
        var source = File.ReadAllText(Path.Combine(Repository.Path, "src", package, "README.md"));
        Assert.Equal(source.Replace("](", $"]({commit}/", StringComparison.Ordinal).TrimEnd(), packed.TrimEnd());
        Assert.StartsWith($"# {package}\n", packed, StringComparison.Ordinal);
        Assert.Contains($"{text}({commit}/{page})", packed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Core)]
    [InlineData(Redis)]
    [InlineData(OpenApi)]
    [InlineData(Swashbuckle)]
    [InlineData(Testing)]
    public void Icon_OfAPackage_IsAPngOf128Pixels(string package)
    {
        var icon = packages.Read(package, "icon.png");

        Assert.Equal([0x89, .. "PNG\r\n"u8, 0x1A, 0x0A], icon[..8]);
        Assert.Equal((128u, 128u), (BinaryPrimitives.ReadUInt32BigEndian(icon.AsSpan(16)), BinaryPrimitives.ReadUInt32BigEndian(icon.AsSpan(20))));
    }

    [Theory]
    [InlineData(typeof(RateLimitPrincipal))]
    [InlineData(typeof(RedisStoreOptions))]
    public void Assembly_OfAPackage_IsMarkedTrimmableAndAotCompatible(Type type)
    {
        var metadata = type.Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().ToDictionary(item => item.Key, item => item.Value);

        Assert.Equal("True", metadata["IsTrimmable"]);
        Assert.Equal("True", metadata["IsAotCompatible"]);
    }

    [Fact]
    public void Changelog_HasASectionForTheVersionThatIsBuilt()
    {
        var version = typeof(RateLimitPrincipal).Assembly.GetName().Version!.ToString(3);

        Assert.Contains($"\n## {version}", File.ReadAllText(Path.Combine(Repository.Path, ".github", "CHANGELOG.md")), StringComparison.Ordinal);
    }

    /// <summary>Gets the fields of a package's nuspec, one a line. The address of the license is left out: the SDK makes it of the expression.</summary>
    private string Description(string package)
    {
        using var content = new MemoryStream(packages.Read(package, $"{package}.nuspec"));
        return string.Join('\n', XDocument.Load(content).Root!.Elements().Single().Elements().Where(field => field.Name.LocalName != "licenseUrl").SelectMany(field => Lines(field, "")));
    }

    // What the properties are called is up to the SDK.
    private static string AnyProperties(string entry) =>
        entry.EndsWith(".psmdcp", StringComparison.Ordinal) ? $"{Path.GetDirectoryName(entry)}/*.psmdcp" : entry;

    private static IEnumerable<string> Lines(XElement field, string indent)
    {
        var attributes = string.Concat(field.Attributes().Select(attribute => $" {attribute.Name.LocalName}={attribute.Value}"));
        var text = field.HasElements || field.Value.Length == 0 ? "" : $": {field.Value}";
        return field.Elements().SelectMany(child => Lines(child, $"{indent}  ")).Prepend($"{indent}{field.Name.LocalName}{attributes}{text}");
    }
}
