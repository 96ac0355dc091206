using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.TestHost;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Rejected gRPC calls, as the gRPC client of .NET sees them: over HTTP/2, on the loopback address.</summary>
public class GrpcRejectionTests
{
    private static readonly Marshaller<byte[]> s_bytes = Marshallers.Create(bytes => bytes, bytes => bytes);
    private static readonly Method<byte[], byte[]> s_call = new(MethodType.Unary, "Test", "Call", s_bytes, s_bytes);

    [Fact]
    public async Task RejectedCall_IsExhausted_WithTheTimeToWait()
    {
        await using var server = await StartAsync(limits => limits.FixedWindow("minute", 1, TimeSpan.FromMinutes(1)));
        Assert.Equal([1, 2, 3], await CallAsync(server));

        var rejected = await Assert.ThrowsAsync<RpcException>(() => CallAsync(server));

        Assert.Equal((StatusCode.ResourceExhausted, "Rate limit exceeded."), (rejected.StatusCode, rejected.Status.Detail));
        Assert.Equal("60000", rejected.Trailers.GetValue("grpc-retry-pushback-ms"));
        Assert.Equal(("60", "0"), (rejected.Trailers.GetValue("retry-after"), rejected.Trailers.GetValue("x-ratelimit-remaining")));

        // The encoding of { code: 8, message: "Rate limit exceeded.", details: [RetryInfo { retry_delay: { seconds: 60 } }] }.
        Assert.Equal(
            "08-08-12-14-52-61-74-65-20-6C-69-6D-69-74-20-65-78-63-65-65-64-65-64-2E-1A-30-0A-28-"
            + BitConverter.ToString("type.googleapis.com/google.rpc.RetryInfo"u8.ToArray()) + "-12-04-0A-02-08-3C",
            BitConverter.ToString(rejected.Trailers.GetValueBytes("grpc-status-details-bin")!));
    }

    [Fact]
    public async Task RejectedCall_ThatNeverFits_HasAPushbackOfMinusOne()
    {
        await using var server = await StartAsync(limits => limits.FixedWindow("minute", _ => 0, TimeSpan.FromMinutes(1)));
        var rejected = await Assert.ThrowsAsync<RpcException>(() => CallAsync(server));
        Assert.Equal(
            (StatusCode.ResourceExhausted, "-1", null),
            (rejected.StatusCode, rejected.Trailers.GetValue("grpc-retry-pushback-ms"), rejected.Trailers.GetValueBytes("grpc-status-details-bin")));
    }

    [Fact]
    public async Task Call_WhosePolicyThrows_IsUnavailable()
    {
        await using var server = await StartAsync(limits => limits
            .DefaultPolicy("own").AddPolicy<string>("own", _ => throw new InvalidOperationException("boom")));
        var rejected = await Assert.ThrowsAsync<RpcException>(() => CallAsync(server));
        Assert.Equal(
            (StatusCode.Unavailable, "Request cannot be satisfied due to temporary server capacity constraints", "1000"),
            (rejected.StatusCode, rejected.Status.Detail, rejected.Trailers.GetValue("grpc-retry-pushback-ms")));
    }

    [Fact]
    public async Task RejectedCall_ByACapacityOfTheServer_IsUnavailable()
    {
        await using var server = await StartAsync(limits => limits.DefaultPolicy(policy => policy
            .FixedWindow("minute", 1, TimeSpan.FromMinutes(1))
            .Rejection(rejection => rejection.StatusCode = StatusCodes.Status503ServiceUnavailable)));
        Assert.Equal([1, 2, 3], await CallAsync(server));

        var rejected = await Assert.ThrowsAsync<RpcException>(() => CallAsync(server));

        Assert.Equal((StatusCode.Unavailable, "60000"), (rejected.StatusCode, rejected.Trailers.GetValue("grpc-retry-pushback-ms")));
    }

    [Fact]
    public async Task RejectedCall_OfABannedCaller_IsExhaustedWhateverTheStatusOfThePolicy()
    {
        var minute = TimeSpan.FromMinutes(1);
        await using var server = await StartAsync(limits => limits.DefaultPolicy(policy => policy
            .FixedWindow("minute", _ => 0, minute)
            .Ban(1, minute, 2 * minute)
            .Rejection(rejection => rejection.StatusCode = StatusCodes.Status503ServiceUnavailable)));
        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => CallAsync(server))).StatusCode);

        var banned = await Assert.ThrowsAsync<RpcException>(() => CallAsync(server));

        Assert.Equal((StatusCode.ResourceExhausted, "120000"), (banned.StatusCode, banned.Trailers.GetValue("grpc-retry-pushback-ms")));
    }

    [Theory]
    [InlineData("application/grpc-web+proto", "application/grpc-web+proto")]
    [InlineData("application/grpc\u00e9", "application/grpc")]
    [InlineData("application/grpc\u0001", "application/grpc")]
    public async Task ContentType_ThatNoResponseCanHave_IsNotRepeated(string sent, string expected)
    {
        await using var api = await TestApi.StartAsync(limits => limits.FixedWindow("minute", _ => 0, TimeSpan.FromMinutes(1)));
        var server = (TestServer)api.Services.GetRequiredService<IServer>();

        var answer = await server.SendAsync(context => context.Request.ContentType = sent);

        Assert.Equal((200, expected, "8"), (answer.Response.StatusCode, answer.Response.ContentType, answer.Response.Headers["grpc-status"].ToString()));
    }

    [Fact]
    public async Task OnRejected_ThatOnlyLogs_LeavesTheStatus()
    {
        var called = 0;
        await using var server = await StartAsync(limits => limits.FixedWindow("minute", 1, TimeSpan.FromMinutes(1)).OnRejected(_ =>
        {
            called++;
            return default;
        }));
        await CallAsync(server);
        Assert.Equal(StatusCode.ResourceExhausted, (await Assert.ThrowsAsync<RpcException>(() => CallAsync(server))).StatusCode);
        Assert.Equal(1, called);
    }

    private static async Task<WebApplication> StartAsync(Action<RateLimitsBuilder> limits)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(new ManualTimeProvider());
        builder.Services.AddRateLimitHeaders(limits);
        var app = builder.Build();
        app.UseRateLimitHeaders();
        app.MapPost("/Test/Call", async (HttpContext context) =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.DeclareTrailer("grpc-status");
            await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 3, 1, 2, 3 });
            context.Response.AppendTrailer("grpc-status", "0");
        });
        await app.StartAsync();
        return app;
    }

    private static async Task<byte[]> CallAsync(WebApplication server)
    {
        using var channel = GrpcChannel.ForAddress(server.Urls.Single());
        return await channel.CreateCallInvoker().AsyncUnaryCall(s_call, host: null, default, [1]);
    }
}
