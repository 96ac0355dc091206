namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What users compile against changes only when somebody means it: the text beside this test is changed with it.</summary>
public class PublicApiTests
{
    private const string FileName = "RateLimitHeaders.AspNetCore.txt";

    [Fact]
    public void PublicApi_OfTheLibrary_IsAsTheFileSays()
    {
        var directory = Path.Combine(AppContext.BaseDirectory, "PublicApi");
        var accepted = File.ReadAllText(Path.Combine(directory, FileName)).ReplaceLineEndings("\n");
        var received = ApiText.Of(typeof(QuotaRateLimiter).Assembly);
        if (received == accepted)
        {
            return;
        }

        var receivedFile = Path.Combine(directory, Path.ChangeExtension(FileName, ".received.txt"));
        File.WriteAllText(receivedFile, received);
        Assert.Fail(
            $"""
            The public API is not what the file says ("-" the file, "+" the library):

            {string.Join('\n', LineDifference.Of(accepted.Split('\n'), received.Split('\n')))}

            If that is meant, accept it, and read what the commit shows:
            cp {receivedFile} tests/RateLimitHeaders.AspNetCore.Tests/PublicApi/{FileName}
            """);
    }
}
