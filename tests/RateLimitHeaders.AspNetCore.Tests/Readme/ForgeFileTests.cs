using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The files of .github are read, and name files that exist.</summary>
public sealed partial class ForgeFileTests
{
    private const string Core = "RateLimitHeaders.AspNetCore";

    private static readonly string s_directory = Path.Combine(Repository.Path, ".github");
    private static readonly string s_mutants = Path.Combine(Repository.Path, "tests", "mutants");

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
    public void Files_OfMutants_AreThoseOfTheLibrary()
    {
        using var stryker = JsonDocument.Parse(File.ReadAllText(Path.Combine(s_mutants, "stryker-config.json")));
        var mutated = stryker.RootElement.GetProperty("stryker-config").GetProperty("mutate").EnumerateArray().Select(file => file.GetString()!);

        Assert.All(
            mutated.Select(file => Path.Combine(Core, file)).Concat(Mutants().Select(mutant => mutant.File)).Distinct(),
            file => Assert.True(File.Exists(Path.Combine(Repository.Path, "src", file)), $"tests/mutants changes src/{file}, which does not exist."));
    }

    [Fact]
    public void Originals_OfMutants_AreInTheirFilesOnce()
    {
        Assert.NotEmpty(Mutants());
        Assert.All(Mutants(), mutant =>
        {
            var times = File.ReadAllText(Path.Combine(Repository.Path, "src", mutant.File)).Split(mutant.Original).Length - 1;
            Assert.True(times == 1, $"{mutant.Table} mutates \"{mutant.Original}\", which is {times} times in src/{mutant.File}.");
            Assert.NotEqual(mutant.Original, mutant.Mutated);
        });
    }

    [Theory]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("PULL_REQUEST_TEMPLATE.md")]
    public void Commands_OfAPage_NameFilesOfTheRepository(string page)
    {
        var text = File.ReadAllText(Path.Combine(s_directory, page));
        string[] paths = [.. CodePattern().Matches(text).SelectMany(code => PathPattern().Matches(code.Groups["code"].Value).Select(match => match.Value))];

        Assert.NotEmpty(paths);
        Assert.All(paths, path => Assert.NotEmpty(FilesOf(path)));
    }

    [Fact]
    public void Workflow_OfChanges_RunsTheOneCommandOnLinux() =>
        Assert.Contains(".ci/run", Values(Root("workflows/ci.yml"), "run"));

    /// <summary>Gets the lines of all tables that tests/mutants/run.sh reads.</summary>
    private static IEnumerable<(string Table, string File, string Original, string Mutated)> Mutants() =>
        from table in Directory.EnumerateFiles(s_mutants, "*.tsv")
        let name = Path.GetFileName(table)
        let package = name.StartsWith("redis-", StringComparison.Ordinal) ? "RateLimitHeaders.AspNetCore.Redis" : Core
        from line in File.ReadLines(table).Skip(1)
        let cells = line.Split('\t')
        select (name, Path.Combine(package, cells[0]), cells[1], cells[2]);

    /// <summary>Gets the files that a path names, whose folders may be <c>*</c>.</summary>
    private static IEnumerable<string> FilesOf(string path) => path.Contains('*', StringComparison.Ordinal)
        ? Directory.EnumerateDirectories(Path.Combine(Repository.Path, path[..path.IndexOf('*', StringComparison.Ordinal)]))
            .Select(directory => Path.Combine(directory, Path.GetFileName(path))).Where(File.Exists)
        : Path.Exists(Path.Combine(Repository.Path, path)) ? [path] : [];

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

    [GeneratedRegex("`(?<code>[^`]+)`")]
    private static partial Regex CodePattern();

    [GeneratedRegex(@"(?<![\w-])(\.ci|src|tests)/[\w./*-]*\w|\b[\w.]+\.sln\b")]
    private static partial Regex PathPattern();
}
