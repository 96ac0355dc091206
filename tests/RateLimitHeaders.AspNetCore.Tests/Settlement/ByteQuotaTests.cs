using System.Net.Http.Headers;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A quota of bytes counts what the client receives, whatever way it was written.</summary>
public class ByteQuotaTests
{
    [Theory]
    [InlineData("/text?size=12345", 12_345)]
    [InlineData("/text?size=0", 0)]
    [InlineData("/json?size=5", 11)]
    [InlineData("/stream?size=100000", 100_000)]
    [InlineData("/sync?size=1000", 1_001)]
    [InlineData("/begin?size=3000", 3_000)]
    [InlineData("/pipe?size=3000", 6_000)]
    [InlineData("/file", 100_000)]
    [InlineData("/part?size=99", 5_000)]
    [InlineData("/head?size=50", 50)]
    [InlineData("/nothing", 0)]
    public async Task Response_OfEachWay_IsCountedByItsBytes(string path, int bytes)
    {
        await using var api = await ByteApi.StartAsync();

        using var response = await api.Client.GetAsync(api.UriOf(path));

        Assert.Equal(bytes, (await response.Content.ReadAsByteArrayAsync()).Length);
        Assert.Equal((bytes, 0), await api.ChargedAsync());
    }

    [Fact]
    public async Task Range_OfAFile_IsCountedByItsBytes()
    {
        await using var api = await ByteApi.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, api.UriOf("/file"));
        request.Headers.Range = new RangeHeaderValue(10, 1_009);

        using var response = await api.Client.SendAsync(request);

        Assert.Equal((206, 1_000), ((int)response.StatusCode, (await response.Content.ReadAsByteArrayAsync()).Length));
        Assert.Equal((1_000, 0), await api.ChargedAsync());
    }

    [Fact]
    public async Task Head_OfAResponse_IsCountedAsNothing()
    {
        await using var api = await ByteApi.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Head, api.UriOf("/head?size=50"));

        using var response = await api.Client.SendAsync(request);

        Assert.Equal((200, 0), ((int)response.StatusCode, (await response.Content.ReadAsByteArrayAsync()).Length));
        Assert.Equal((0, 0), await api.ChargedAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Compression_BehindTheLimits_CountsWhatTravels(bool isBehind)
    {
        await using var api = await (isBehind
            ? ByteApi.StartAsync(after: app => app.UseResponseCompression())
            : ByteApi.StartAsync(before: app => app.UseResponseCompression()));
        using var request = new HttpRequestMessage(HttpMethod.Get, api.UriOf("/text?size=100000"));
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));

        using var response = await api.Client.SendAsync(request);

        var received = (await response.Content.ReadAsByteArrayAsync()).Length;
        Assert.Equal(["gzip"], response.Content.Headers.ContentEncoding);
        Assert.InRange(received, 100, 2_000);
        Assert.Equal((isBehind ? received : 100_000, 0), await api.ChargedAsync());
    }

    [Fact]
    public async Task Response_OfACallerThatHangsUp_IsCountedByWhatWasWritten()
    {
        await using var api = await ByteApi.StartAsync();
        using (var response = await api.Client.GetAsync(api.UriOf("/endless"), HttpCompletionOption.ResponseHeadersRead))
        {
            await using var body = await response.Content.ReadAsStreamAsync();
            await body.ReadExactlyAsync(new byte[50_000]);
        }

        await api.OverAsync();
        Assert.InRange(api.Written, 50_000, long.MaxValue);
        Assert.Equal((api.Written, 0), await api.ChargedAsync());
    }

    [Theory]
    [InlineData("/begin", 12_345)]
    [InlineData("/upload", 12_345)]
    [InlineData("/pipe", 12_345)]
    [InlineData("/ignored", 0)]
    public async Task Request_OfEachWay_IsCountedByWhatIsRead(string path, int bytes)
    {
        await using var api = await ByteApi.StartAsync();
        using var content = new ByteArrayContent(new byte[12_345]);

        using var response = await api.Client.PostAsync(api.UriOf(path), content);

        var sent = (await response.Content.ReadAsByteArrayAsync()).Length;
        Assert.Equal((sent, bytes), await api.ChargedAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Form_ThatIdentifiesTheCaller_IsCountedOnceHoweverOftenItIsRead(int times)
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .Principals(who => who.FromForm("account", tokenType: "account"))
                .DefaultPolicy(policy => policy.FixedWindow("uploaded", 1_000, TimeSpan.FromHours(1), unit: QuotaUnits.ContentBytes).CountRequestBytes("uploaded")),
            web => web.MapPost("/", async (HttpContext context) =>
            {
                for (var i = 0; i < times; i++)
                {
                    context.Request.Body.Position = 0;
                    await context.Request.Body.CopyToAsync(Stream.Null);
                }
            }));

        // account=ada&text=… has 97 bytes, and account=ada has 11.
        Assert.Equal("903", (await api.PostAsync("/", FormApi.Form(("account", "ada"), ("text", new string('a', 80)))))["X-RateLimit-Remaining"]);
        Assert.Equal("892", (await api.PostAsync("/", FormApi.Form(("account", "ada"))))["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task BufferedContent_ThatTheEndpointDisposes_IsCounted()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.DefaultPolicy(policy => policy
                .FixedWindow("uploaded", 1_000, TimeSpan.FromHours(1), unit: QuotaUnits.ContentBytes).CountRequestBytes("uploaded")),
            web => web.MapPost("/", async (HttpContext context) =>
            {
                using var reader = new StreamReader(context.Request.Body);
                await reader.ReadToEndAsync();
            }),
            before: app => app.Use((context, next) =>
            {
                context.Request.EnableBuffering();
                return next(context);
            }));

        using var content = new StringContent(new string('a', 97));
        Assert.Equal("903", (await api.PostAsync("/", content))["X-RateLimit-Remaining"]);
        Assert.Equal("903", (await api.SendAsync("/none"))["X-RateLimit-Remaining"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Sums_OfRandomResponses_AreWhatTheClientReceived(int seed)
    {
        await using var api = await ByteApi.StartAsync(after: app => app.UseResponseCompression());
        var random = new Random(seed);
        string[] ways = ["/text", "/json", "/stream", "/sync", "/pipe", "/file", "/part", "/head", "/nothing", "/gzip", "/missing"];
        var paths = Enumerable.Range(0, 80).Select(_ => $"{ways[random.Next(ways.Length)]}?size={random.Next(1, 40_000)}").ToArray();
        long received = 0;

        await Parallel.ForEachAsync(paths, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (path, token) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, api.UriOf(path));
            if (path.Length % 2 == 0)
            {
                request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
            }

            if (path.StartsWith("/file", StringComparison.Ordinal))
            {
                request.Headers.Range = new RangeHeaderValue(path.Length, 60_000);
            }

            using var response = await api.Client.SendAsync(request, token);
            Interlocked.Add(ref received, (await response.Content.ReadAsByteArrayAsync(token)).Length);
        });

        Assert.Equal((received, 0), await api.ChargedAsync());
    }

    [Fact]
    public async Task Caller_WithBytesLeft_IsAdmittedAndOwesTheRest()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .DefaultPolicy(policy => policy
                    .FixedWindow("bytes", 1_000, TimeSpan.FromMinutes(1), unit: QuotaUnits.ContentBytes)
                    .CountResponseBytes("bytes"))
                .Headers(headers => headers.Ietf()),
            web => web.MapGet("/", () => new string('a', 700)));

        Assert.Equal(
            """
            RateLimit: "bytes";r=1000
            RateLimit-Policy: "bytes";q=1000;qu="content-bytes";w=60
            """,
            (await api.SendAsync()).LimitHeaders);
        Assert.Equal("\"bytes\";r=300;t=60", (await api.SendAsync())["RateLimit"]);
        var rejected = await api.SendAsync();
        Assert.Equal((429, "60", "\"bytes\";r=0;t=60"), ((int)rejected.Status, rejected["Retry-After"], rejected["RateLimit"]));

        // A rejection is no response of the endpoint, and its bytes are not counted.
        api.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("\"bytes\";r=1000", (await api.SendAsync())["RateLimit"]);
    }

    [Fact]
    public async Task Bytes_OfAResponseThatAnotherQuotaLeavesOut_AreChargedWhereTheyCount()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .DefaultPolicy(policy => policy
                    .FixedWindow("all", 1_000, TimeSpan.FromMinutes(1), unit: QuotaUnits.ContentBytes)
                    .FixedWindow("good", 1_000, TimeSpan.FromMinutes(1), unit: QuotaUnits.ContentBytes)
                    .CountResponseBytes("all")
                    .CountResponseBytes("good")
                    .CountOnly("good", CountedResponses.Successes))
                .Headers(headers => headers.Ietf()),
            web =>
            {
                web.MapGet("/", () => new string('a', 100));
                web.MapGet("/bad", () => Results.Text(new string('a', 10), statusCode: 400));
            });

        await api.SendAsync("/bad");
        Assert.Equal("\"all\";r=990;t=60, \"good\";r=1000", (await api.SendAsync())["RateLimit"]);
        Assert.Equal("\"all\";r=890;t=60, \"good\";r=900;t=60", (await api.SendAsync())["RateLimit"]);
    }

    [Fact]
    public async Task Body_OfAnExceptionHandlerBefore_IsCountedToo()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .DefaultPolicy(policy => policy
                    .FixedWindow("bytes", 1_000, TimeSpan.FromMinutes(1), unit: QuotaUnits.ContentBytes)
                    .CountResponseBytes("bytes")),
            web => web.MapGet("/", (string? bad) => bad is null ? "" : throw new InvalidOperationException(bad)),
            before: web => web.UseExceptionHandler(handler => handler.Run(context => context.Response.WriteAsync(new string('e', 40)))));

        Assert.Equal(500, (int)(await api.SendAsync("/?bad=x")).Status);

        // What is written outside of the middleware is charged when the response is complete, which its caller may know earlier.
        string? left;
        do
        {
            left = (await api.SendAsync())["X-RateLimit-Remaining"];
        }
        while (left == "1000");
        Assert.Equal("960", left);
    }
}
