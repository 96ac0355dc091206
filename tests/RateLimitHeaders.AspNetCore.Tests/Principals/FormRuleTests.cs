using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Which caller a form names.</summary>
public class FormRuleTests
{
    private const string ByAddress = "200 anonymous " + CallerApi.Address;

    [Theory]
    [InlineData("account=ada", "200 account ADA")]
    [InlineData("ACCOUNT=Ada", "200 account ADA")]
    [InlineData("password=x&account=+ada%20", "200 account ADA")]
    [InlineData("account=%EF%BC%A1%EF%BD%84%EF%BC%A1", "200 account ADA")]
    [InlineData("account=Zo%C3%AB", "200 account ZOË")]
    [InlineData("account=Zoe%CC%88", "200 account ZOË")]
    [InlineData("account=ada&account=bob", "200 account ADA")]
    [InlineData("account=%00", ByAddress)]
    [InlineData("account=", ByAddress)]
    [InlineData("account=&account=ada", "200 account ADA")]
    [InlineData("account=+%09", ByAddress)]
    [InlineData("account", ByAddress)]
    [InlineData("name=ada", ByAddress)]
    [InlineData("", ByAddress)]
    public async Task FromForm_Fields_NameTheCaller(string form, string answer)
    {
        await using var api = await FormApi.StartAsync();

        Assert.Equal(answer, await api.SubmitAsync(new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded")));
        Assert.DoesNotContain(api.Log.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task FromForm_OfATextThatIsNoAccount_KeepsItShort()
    {
        await using var api = await FormApi.StartAsync();

        Assert.Equal($"200 account {new string('A', 256)}", await SubmitAsync(256));
        Assert.Equal("200 account 431A6BFA53C254480B5FFC41392BFE4432DAB3F3466D1989D6612CFE36CFFD3C", await SubmitAsync(257));

        Task<string> SubmitAsync(int length) => api.SubmitAsync(new FormUrlEncodedContent([new("account", new string('a', length))]));
    }

    [Fact]
    public async Task FromForm_OfPartsWithAFile_NamesTheCaller()
    {
        await using var api = await FormApi.StartAsync();
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(new byte[100_000]), "picture", "a.png" },
            { new StringContent("ada"), "account" },
        };

        Assert.Equal("200 account ADA", await api.SubmitAsync(form));
    }

    [Fact]
    public async Task FromForm_WithAFileOfThatName_IsOfNoAccount()
    {
        await using var api = await FormApi.StartAsync();
        using var form = new MultipartFormDataContent { { new ByteArrayContent([1]), "account", "ada" } };

        Assert.Equal(ByAddress, await api.SubmitAsync(form));
    }

    [Fact]
    public async Task FromForm_BodiesThatAreNoForm_AreLeftToTheNextRule()
    {
        await using var api = await FormApi.StartAsync();

        Assert.Equal(ByAddress, await api.SubmitAsync(JsonContent.Create(new { account = "ada" })));
        Assert.Equal(ByAddress, await api.SubmitAsync(new StringContent("account=ada")));
        Assert.Equal(ByAddress, await api.SubmitAsync(new ByteArrayContent("account=ada"u8.ToArray())));
    }

    [Fact]
    public async Task FromForm_OfACharsetThatIsNotRead_IsLeftToTheNextRule()
    {
        await using var api = await FormApi.StartAsync();
        using var form = new ByteArrayContent("account=ada"u8.ToArray());
        form.Headers.ContentType = MediaTypeHeaderValue.Parse("application/x-www-form-urlencoded; charset=utf-7");

        Assert.Equal(ByAddress, await api.SubmitAsync(form));
        Assert.DoesNotContain(api.Log.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task FromForm_HalfOfASurrogatePair_IsAnIdAsItIs()
    {
        // The reader of ASP.NET Core makes no such text; the form of a middleware of the application may have one.
        await using var api = await FormApi.StartAsync(before: web => web.Use((context, next) =>
        {
            context.Request.Form = new FormCollection(new Dictionary<string, StringValues> { ["account"] = " ada\ud800" });
            return next(context);
        }));

        Assert.Equal("200 account ada\ufffd", await api.SubmitAsync(FormApi.Form()));
        Assert.DoesNotContain(api.Log.Entries, entry => entry.Level >= LogLevel.Warning);
    }
}
