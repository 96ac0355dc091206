using System.Globalization;
using System.IO.Compression;
using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.ResponseCompression;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>An API on Kestrel whose responses are counted by their bytes, and that knows when all of its requests are over.</summary>
internal sealed class ByteApi : IAsyncDisposable
{
    public const long Limit = 1_000_000_000_000;

    private readonly WebApplication _app;
    private readonly string _file = Path.GetTempFileName();
    private int _running;
    private long _written;

    private ByteApi(WebApplication app)
    {
        _app = app;
        Client = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None });
    }

    public HttpClient Client { get; }

    /// <summary>Gets the bytes that <c>/endless</c> has written.</summary>
    public long Written => Interlocked.Read(ref _written);

    public static async Task<ByteApi> StartAsync(Action<WebApplication>? before = null, Action<WebApplication>? after = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(new ManualTimeProvider());
        builder.Services.AddResponseCompression(options => options.Providers.Add<GzipCompressionProvider>());
        builder.Services.AddRateLimitHeaders(limits => limits
            .DefaultPolicy(policy => policy
                .FixedWindow("bytes", Limit, TimeSpan.FromHours(1), unit: QuotaUnits.ContentBytes)
                .FixedWindow("uploaded", Limit, TimeSpan.FromHours(1), unit: QuotaUnits.ContentBytes)
                .CountResponseBytes("bytes")
                .CountRequestBytes("uploaded"))
            .Headers(headers => headers.Ietf()));
        var app = builder.Build();
        var api = new ByteApi(app);
        await File.WriteAllBytesAsync(api._file, Enumerable.Range(0, 100_000).Select(i => (byte)(i * 7)).ToArray());
        app.Use(api.CountAsync);
        before?.Invoke(app);
        app.UseRateLimitHeaders();
        after?.Invoke(app);
        api.Map(app);
        await app.StartAsync();
        return api;
    }

    public Uri UriOf(string path) => new(_app.Urls.Single() + path);

    /// <summary>Waits until no request runs any more.</summary>
    public Task OverAsync() => Eventually.IsTrueAsync(() => Volatile.Read(ref _running) == 0, "A request is still running.");

    /// <summary>Gets the bytes of responses and of requests that were charged.</summary>
    public async Task<(long Sent, long Uploaded)> ChargedAsync()
    {
        await OverAsync();
        using var response = await Client.GetAsync(UriOf("/stand"));
        var left = response.Headers.GetValues("RateLimit").Single().Split(", ")
            .Select(item => Limit - long.Parse(item.Split(";r=")[1].Split(';')[0], CultureInfo.InvariantCulture)).ToArray();
        return (left[0], left[1]);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        File.Delete(_file);
    }

    private async Task CountAsync(HttpContext context, RequestDelegate next)
    {
        Interlocked.Increment(ref _running);
        try
        {
            await next(context);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private void Map(WebApplication app)
    {
        app.MapGet("/stand", () => "").WithRateLimitCost(QuotaUnits.ContentBytes, 0);
        app.MapGet("/text", (int size) => new string('a', size));
        app.MapGet("/json", (int size) => Enumerable.Range(0, size).ToArray());
        app.MapGet("/stream", (int size, HttpContext context) => WriteAsync(context.Response.Body, size));
        app.MapGet("/sync", (int size, HttpContext context) =>
        {
            context.Features.Get<IHttpBodyControlFeature>()!.AllowSynchronousIO = true;
            context.Response.Body.Write(new byte[size], 0, size);
            context.Response.Body.WriteByte(1);
        });
        app.MapGet("/begin", (int size, HttpContext context) => Task.Factory.FromAsync(
            context.Response.Body.BeginWrite, context.Response.Body.EndWrite, new byte[size], 0, size, state: null));
        app.MapGet("/pipe", async (int size, HttpContext context) =>
        {
            var memory = context.Response.BodyWriter.GetMemory(size);
            memory.Span[..size].Fill(1);
            context.Response.BodyWriter.Advance(size);
            await context.Response.BodyWriter.FlushAsync();
            await context.Response.BodyWriter.WriteAsync(new byte[size]);
        });
        app.MapGet("/file", () => Results.File(_file, "application/octet-stream", enableRangeProcessing: true));
        app.MapGet("/part", (int size, HttpContext context) => context.Response.SendFileAsync(_file, size, 5_000));
        app.MapMethods("/head", ["HEAD", "GET"], (int size) => new string('h', size));
        app.MapGet("/nothing", () => Results.NoContent());
        app.MapGet("/gzip", (int size, HttpContext context) => ZipAsync(context, size));
        app.MapGet("/endless", EndlessAsync);
        app.MapPost("/upload", async (HttpContext context) => await new StreamReader(context.Request.Body).ReadToEndAsync() is { Length: > 0 });
        app.MapPost("/begin", async (HttpContext context) =>
        {
            var (body, buffer) = (context.Request.Body, new byte[100_000]);
            while (await Task<int>.Factory.FromAsync(body.BeginRead, body.EndRead, buffer, 0, buffer.Length, state: null) > 0)
            {
            }
        });
        app.MapPost("/pipe", async (HttpContext context) =>
        {
            var read = await context.Request.BodyReader.ReadAtLeastAsync(1_000_000);
            context.Request.BodyReader.AdvanceTo(read.Buffer.End);
        });
        app.MapPost("/ignored", () => "");
    }

    private static async Task WriteAsync(Stream body, int size)
    {
        for (var left = size; left > 0; left -= 777)
        {
            await body.WriteAsync(new byte[Math.Min(left, 777)].AsMemory());
            await body.FlushAsync();
        }
    }

    private static async Task ZipAsync(HttpContext context, int size)
    {
        await using var zip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
        await WriteAsync(zip, size);
    }

    private async Task EndlessAsync(HttpContext context)
    {
        while (!context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.Body.WriteAsync(new byte[4_096].AsMemory(), CancellationToken.None);
            Interlocked.Add(ref _written, 4_096);
        }
    }
}
