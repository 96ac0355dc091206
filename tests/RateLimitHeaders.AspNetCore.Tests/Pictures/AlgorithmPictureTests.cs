using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The pictures of docs/algorithms.md are those that tests/pictures.sh draws of the quotas, and say what the page says.</summary>
public partial class AlgorithmPictureTests
{
    private static readonly string s_docs = Path.Combine(Repository.Path, "src", "RateLimitHeaders.AspNetCore", "docs");

    public static TheoryData<string> FileNames() => [.. AlgorithmPicture.All.Select(picture => picture.FileName)];

    [Theory]
    [MemberData(nameof(FileNames))]
    public void File_OfAPicture_IsWhatTheScriptDraws(string fileName)
    {
        var drawn = PictureText.Of(AlgorithmPicture.All.Single(picture => picture.FileName == fileName));

        Assert.True(drawn == File.ReadAllText(Path.Combine(s_docs, "pictures", fileName)), $"docs/pictures/{fileName} is not what tests/pictures.sh draws: run it.");
    }

    [Theory]
    [MemberData(nameof(FileNames))]
    public void File_OfAPicture_IsXml(string fileName) =>
        Assert.Equal("svg", XDocument.Load(Path.Combine(s_docs, "pictures", fileName)).Root!.Name.LocalName);

    [Fact]
    public void Page_OfAlgorithms_ShowsAllPicturesAndNoOther()
    {
        var page = Pages.Document("algorithms.md");

        Assert.Equal(AlgorithmPicture.All.Select(picture => picture.FileName), PicturePattern().Matches(page).Select(match => match.Groups["name"].Value));
        Assert.Equal(
            AlgorithmPicture.All.Select(picture => picture.FileName).Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(Path.Combine(s_docs, "pictures")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("fixed-window.svg", "AAAAAAAAAARRRRRRAAAAARRRR", 9)]
    [InlineData("sliding-window.svg", "AAAAAARRRRRRRRAAAAARRRRRR", 5)]
    [InlineData("token-bucket.svg", "AAAAAAARARAARARARARARARAR", 7)]
    [InlineData("calendar-window.svg", "AAAAAARRRRAAAAARRRRRAAAAA", 5)]
    [InlineData("concurrency.svg", "AAAARAAARAAAAAAAAAAAAAAAA", 7)]
    public void Requests_OfAPicture_AreAdmittedByItsQuota(string fileName, string decisions, int inFiveSeconds)
    {
        var admitted = AlgorithmPicture.All.Single(picture => picture.FileName == fileName).Observe().Admitted;

        Assert.Equal(decisions, string.Concat(admitted.Select(one => one ? 'A' : 'R')));
        Assert.Equal(inFiveSeconds, AlgorithmPicture.Requests.Max(from => AlgorithmPicture.Requests
            .Where((at, i) => admitted[i] && at >= from && at < from + TimeSpan.FromSeconds(5)).Count()));
    }

    [GeneratedRegex(@"!\[[^\]]+\]\(pictures/(?<name>[^)]+)\)")]
    private static partial Regex PicturePattern();
}
