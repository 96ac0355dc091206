using System.Diagnostics;
using System.IO.Compression;
using System.Reflection.PortableExecutable;
using System.Text.Json;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>All packages, packed as they are published, and applications that are restored from them.</summary>
public sealed class PackedPackages : IAsyncLifetime
{
    /// <summary>The address of the repository that the packages name. This machine's copy may have none, or another one.</summary>
    public const string RepositoryUrl = "https://repository.example/limits";

    /// <summary>The commit that the packages name.</summary>
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    // One that no feed has, so that nothing else can be restored.
    public const string Version = "0.0.0-packed";

    private const string Packages = "packages";

    private static readonly string[] s_projects =
    [
        "RateLimitHeaders.AspNetCore", "RateLimitHeaders.AspNetCore.Redis", "RateLimitHeaders.AspNetCore.OpenApi",
        "RateLimitHeaders.AspNetCore.Swashbuckle", "RateLimitHeaders.AspNetCore.Testing",
    ];

    private readonly string _directory = Directory.CreateTempSubdirectory("ratelimitheaders-packed").FullName;

    /// <summary>Gets a path in the directory of all this.</summary>
    public string PathOf(string file) => Path.Combine(_directory, file);

    public async Task InitializeAsync()
    {
        foreach (var project in s_projects)
        {
            // Apart from the repository's own output, which other tests run from.
            await DotnetAsync(
                "pack", Path.Combine(Repository.Path, "src", project), "--nologo", "--artifacts-path", Path.Combine(_directory, "artifacts"),
                "--output", Path.Combine(_directory, Packages), $"-p:Version={Version}", "-p:RunAnalyzers=false",
                $"-p:RepositoryUrl={RepositoryUrl}.git", "-p:RepositoryBranch=refs/heads/main", $"-p:SourceRevisionId={Commit}");
        }
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_directory, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>Gets the names of all that is in a package.</summary>
    public string[] Entries(string package)
    {
        using var archive = Open(package);
        return [.. archive.Entries.Select(entry => entry.FullName)];
    }

    /// <summary>Gets the content of one entry of a package.</summary>
    public byte[] Read(string package, string entry)
    {
        using var archive = Open(package);
        using var stream = archive.GetEntry(entry)!.Open();
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }

    /// <summary>Builds an application in a directory of its own, and runs it.</summary>
    /// <param name="clientVersion">The version of StackExchange.Redis that it names beside the package; none for the package's.</param>
    /// <param name="program">The text of the program.</param>
    /// <param name="arguments">What it is started with.</param>
    /// <param name="others">Other packages that it references, as <c>name/version</c>.</param>
    /// <returns>What it prints.</returns>
    public async Task<string> RunAsync(string? clientVersion, string program, string[] arguments, params string[] others)
    {
        var name = string.Join('-', others.Select(other => other.Replace('/', '-')));
        var directory = await CreateAsync($"consumer-{clientVersion ?? "floor"}-{name}", clientVersion, program, others);
        await DotnetAsync("build", directory, "--nologo", "-v", "q", "--output", Path.Combine(directory, "out"));
        return await DotnetAsync([Path.Combine(directory, "out", "Consumer.dll"), .. arguments]);
    }

    /// <summary>Gets the files whose JSON schema an editor applies to the settings of an application, as the packages name them.</summary>
    public async Task<string[]> SchemasAsync()
    {
        var directory = await CreateAsync("consumer-schemas", clientVersion: null, program: "");
        await DotnetAsync("restore", directory, "--nologo", "-v", "q");
        using var items = JsonDocument.Parse(await DotnetAsync("msbuild", Path.Combine(directory, "Consumer.csproj"), "-getItem:JsonSchemaSegment"));
        return
        [
            .. items.RootElement.GetProperty("Items").GetProperty("JsonSchemaSegment").EnumerateArray()
                .Where(item => item.GetProperty("FilePathPattern").GetString() == @"appsettings\..*json")
                .Select(item => item.GetProperty("FullPath").GetString()!),
        ];
    }

    /// <summary>Builds an application, and gets what the analyzers of the packages warn of.</summary>
    /// <param name="name">A name for its directory.</param>
    /// <param name="program">The text of the program.</param>
    /// <param name="file">A file of settings; the directory of the application is that of the user, too.</param>
    /// <param name="settings">The text of the file.</param>
    public async Task<string[]> WarningsAsync(string name, string program, string file, string settings)
    {
        var directory = await CreateAsync(name, clientVersion: null, program);
        var path = Path.Combine(directory, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, settings);
        var output = await DotnetAsync(
            "build", directory, "--nologo", "-v", "q", "-p:TreatWarningsAsErrors=false", $"-p:HOME={directory}", "-p:UserSecretsId=limits");
        return
        [
            .. output.Split('\n').Select(line => line.IndexOf("warning RLH", StringComparison.Ordinal) is var start and >= 0 ? line[start..].Split(" (https")[0] : "")
                .Where(line => line.Length > 0).Distinct().Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Writes an application that uses the packages.</summary>
    private async Task<string> CreateAsync(string name, string? clientVersion, string program, params string[] others)
    {
        var directory = Directory.CreateDirectory(Path.Combine(_directory, name)).FullName;
        var client = clientVersion is null ? "" : Reference($"StackExchange.Redis/{clientVersion}");

        // Some feeds do not have what packages of others ask for. The nearest version is taken then.
        var nearest = others.Length == 0 ? "" : "<NoWarn>$(NoWarn);NU1603</NoWarn>";

        // What this machine has is not downloaded again, and what is packed here does not get into its cache.
        await File.WriteAllTextAsync(
            Path.Combine(directory, "Consumer.csproj"),
            $"""
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                {nearest}
                <RestoreAdditionalProjectSources>{Path.Combine(_directory, Packages)}</RestoreAdditionalProjectSources>
                <RestoreFallbackFolders>{GlobalPackages()}</RestoreFallbackFolders>
                <RestorePackagesPath>{Path.Combine(_directory, "restored")}</RestorePackagesPath>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="RateLimitHeaders.AspNetCore.Redis" Version="{Version}" />
                {client}
                {string.Concat(others.Select(Reference))}
              </ItemGroup>
            </Project>
            """);
        await File.WriteAllTextAsync(Path.Combine(directory, "Program.cs"), program);
        return directory;
    }

    /// <summary>Gets the names of the source files that the symbols of the packages tell, as stack traces do.</summary>
    public IEnumerable<string> SourceFiles()
    {
        foreach (var package in Directory.EnumerateFiles(Path.Combine(_directory, Packages)))
        {
            using var archive = ZipFile.OpenRead(package);
            foreach (var entry in archive.Entries.Where(entry => Path.GetExtension(entry.Name) == ".dll"))
            {
                using var content = new MemoryStream();
                using (var stream = entry.Open())
                {
                    stream.CopyTo(content);
                }

                // The symbols are embedded in the assembly.
                using var assembly = new PEReader([.. content.ToArray()]);
                var embedded = assembly.ReadDebugDirectory().Single(debug => debug.Type == DebugDirectoryEntryType.EmbeddedPortablePdb);
                using var symbols = assembly.ReadEmbeddedPortablePdbDebugDirectoryData(embedded);
                var reader = symbols.GetMetadataReader();
                foreach (var document in reader.Documents)
                {
                    yield return reader.GetString(reader.GetDocument(document).Name);
                }
            }
        }
    }

    private static string Reference(string package) => $"""<PackageReference Include="{package.Split('/')[0]}" Version="{package.Split('/')[1]}" />""";

    private ZipArchive Open(string package) => ZipFile.OpenRead(Path.Combine(_directory, Packages, $"{package}.{Version}.nupkg"));

    private static string GlobalPackages() => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static async Task<string> DotnetAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";

        // What the test run was started with is not meant for others.
        start.Environment.Remove("MSBUILD_EXE_PATH");
        start.Environment.Remove("MSBuildSDKsPath");
        start.Environment.Remove("MSBuildExtensionsPath");
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}\n{await output}\n{await errors}");
        return await output;
    }
}
