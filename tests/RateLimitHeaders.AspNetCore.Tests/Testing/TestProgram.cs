namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What this assembly does when it is started as a program.</summary>
internal static class TestProgram
{
    public static Task<int> Main(string[] arguments) =>
        arguments is ["pictures", var directory] ? DrawAsync(directory) : SqliteWorker.RunAsync(arguments);

    private static async Task<int> DrawAsync(string directory)
    {
        foreach (var picture in AlgorithmPicture.All)
        {
            await File.WriteAllTextAsync(Path.Combine(directory, picture.FileName), PictureText.Of(picture));
        }

        return 0;
    }
}
