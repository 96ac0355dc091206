using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The files of .github are read, and name files that exist.</summary>
public sealed partial class ForgeFileTests
{
    private static readonly string s_directory = Path.Combine(Repository.Path, ".github");

    private static readonly string[] s_files =
        [.. Directory.EnumerateFiles(s_directory, "*.yml", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(s_directory, file).Replace('\\', '/'))];

    public static TheoryData<string> Files() => [.. s_files];

    [Fact]
    public void Directory_OfTheForge_HasTheseFiles() =>
        Assert.Equal(
            [
                "ISSUE_TEMPLATE/bug.yml", "ISSUE_TEMPLATE/wish.yml", "dependabot.yml",
                "workflows/ci.yml", "workflows/codeql.yml", "workflows/mutants.yml", "workflows/release.yml",
            ],
            s_files.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Files))]
    public void File_OfTheForge_HasWhatItsKindNeeds(string file)
    {
        string[] needed = Path.GetDirectoryName(file) switch
        {
            "workflows" => ["name", "on", "permissions", "jobs"],
            "ISSUE_TEMPLATE" => ["name", "description", "body"],
            _ => ["version", "updates"],
        };

        Assert.Subset(Root(file).Children.Keys.Select(key => key.ToString()).ToHashSet(), needed.ToHashSet());
    }

    [Fact]
    public void Forms_OfIssues_HaveFieldsOfDifferentIds() =>
        Assert.All(s_files.Where(file => file.StartsWith("ISSUE_TEMPLATE", StringComparison.Ordinal)), file =>
        {
            var ids = Values(Root(file), "id").ToArray();
            Assert.NotEmpty(ids);
            Assert.Distinct(ids);
        });

    [Theory]
    [MemberData(nameof(Files))]
    public void Paths_OfAFile_Exist(string file)
    {
        var root = Root(file);
        var commands = Values(root, "run").SelectMany(command => PathPattern().Matches(command).Select(match => match.Value));
        string[] paths = [.. commands, .. Values(root, "global-json-file"), .. Values(root, "working-directory"), .. Values(root, "directory").Select(directory => directory.TrimStart('/'))];

        Assert.All(paths, path => Assert.True(Path.Exists(Path.Combine(Repository.Path, path)), $"{file} names {path}, which does not exist."));
    }

    [Fact]
    public void Workflow_OfChanges_RunsTheOneCommandOnLinux() =>
        Assert.Contains(".ci/run", Values(Root("workflows/ci.yml"), "run"));

    private static YamlMappingNode Root(string file)
    {
        var yaml = new YamlStream();
        using var text = File.OpenText(Path.Combine(s_directory, file));
        yaml.Load(text);
        return Assert.IsType<YamlMappingNode>(Assert.Single(yaml.Documents).RootNode);
    }

    /// <summary>Gets the texts that stand under a key, anywhere in a file.</summary>
    private static IEnumerable<string> Values(YamlNode root, string key) =>
        from mapping in root.AllNodes.OfType<YamlMappingNode>()
        from child in mapping.Children
        where child.Key.ToString() == key && child.Value is YamlScalarNode
        select child.Value.ToString();

    [GeneratedRegex(@"(?<![\w/.-])(\.ci|src|tests)/[\w./-]+|\b[\w.]+\.sln\b")]
    private static partial Regex PathPattern();
}
