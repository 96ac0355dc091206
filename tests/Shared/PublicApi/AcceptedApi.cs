using System.Reflection;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What applications compile against changes only on purpose: the text beside a test is changed with it.</summary>
internal static class AcceptedApi
{
    /// <summary>Fails if an assembly's public API is not what the file of its name in the folder PublicApi says.</summary>
    /// <param name="library">The assembly.</param>
    /// <param name="testProject">The folder of the test project.</param>
    public static void Verify(Assembly library, string testProject)
    {
        var fileName = $"{library.GetName().Name}.txt";
        var directory = Path.Combine(AppContext.BaseDirectory, "PublicApi");
        var accepted = File.ReadAllText(Path.Combine(directory, fileName)).ReplaceLineEndings("\n");
        var received = ApiText.Of(library);
        if (received == accepted)
        {
            return;
        }

        var receivedFile = Path.Combine(directory, Path.ChangeExtension(fileName, ".received.txt"));
        File.WriteAllText(receivedFile, received);
        Assert.Fail(
            $"""
            The public API is not what the file says ("-" the file, "+" the library):

            {string.Join('\n', LineDifference.Of(accepted.Split('\n'), received.Split('\n')))}

            If that is meant, accept it, and read what the commit shows:
            cp {receivedFile} tests/{testProject}/PublicApi/{fileName}
            """);
    }
}
