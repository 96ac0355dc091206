using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Servers that are reached in another way than by plain TCP.</summary>
public sealed class TransportTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ratelimitheaders-transport").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task UnixSocket_CountsThere()
    {
        var socket = Path.Combine(_directory, "redis.sock");
        await using var server = await RedisServer.StartAsync("--unixsocket", socket);
        await CountsAsync(builder => builder.AddRedis(RedisServer.ConfigurationOf($"!{socket}"), Be));
    }

    [Fact]
    public async Task Tls_WithACertificateThatTheApplicationTrusts_CountsThere()
    {
        var (port, certificate) = (FreePort.Next(), CreateCertificate());
        await using var server = await RedisServer.StartAsync(WithTls(port));
        var options = ConfigurationOptions.Parse($"127.0.0.1:{port},ssl=true,sslHost=localhost,connectTimeout=10000");
        options.CertificateValidation += (_, presented, _, _) => presented?.GetCertHashString() == certificate;
        await using var multiplexer = await ConnectionMultiplexer.ConnectAsync(options);
        await CountsAsync(builder => builder.AddRedis(multiplexer, Be));
    }

    [Fact]
    public async Task Tls_WithACertificateThatIsNotTrusted_NamesTheRemedy()
    {
        var port = FreePort.Next();
        CreateCertificate();
        await using var server = await RedisServer.StartAsync(WithTls(port));
        await using var api = await RedisApi.StartAsync(10, builder => builder.AddRedis($"127.0.0.1:{port},ssl=true,sslHost=localhost,abortConnect=false"));
        for (var attempt = 0; api.Guard.Outage?.Cause.Reason.Contains("TLS failed: give ssl=true", StringComparison.Ordinal) is not true; attempt++)
        {
            Assert.True(attempt < 2_400, $"After a minute the reason is: {api.Guard.Outage?.Cause.Reason}");
            await api.GetAsync();
            await Task.Delay(25);
        }
    }

    private static void Be(RedisStoreOptions options)
    {
        options.Deadline = TimeSpan.FromSeconds(20);
        options.WhenUnavailable = StoreUnavailable.Reject;
    }

    private static async Task CountsAsync(Action<IRateLimitHeadersBuilder> addRedis)
    {
        await using var api = await RedisApi.StartAsync(10, addRedis);
        Assert.Equal((HttpStatusCode.OK, 9), await api.GetAsync());
        Assert.Equal((HttpStatusCode.OK, 8), await api.GetAsync());
    }

    /// <summary>Makes a certificate that nothing trusts.</summary>
    /// <returns>Its hash.</returns>
    private string CreateCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        File.WriteAllText(Path.Combine(_directory, "redis.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_directory, "redis.key"), key.ExportPkcs8PrivateKeyPem());
        return certificate.GetCertHashString();
    }

    private string[] WithTls(int port) =>
    [
        "--tls-port", $"{port}", "--tls-auth-clients", "no",
        "--tls-cert-file", Path.Combine(_directory, "redis.crt"), "--tls-key-file", Path.Combine(_directory, "redis.key"),
    ];
}
