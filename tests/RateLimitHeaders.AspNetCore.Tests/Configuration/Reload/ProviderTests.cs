using System.Diagnostics;
using Microsoft.Extensions.FileProviders;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Limits come from whatever provider configuration has, and change with it.</summary>
public sealed class ProviderTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ratelimitheaders-configuration").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task JsonFile_ThatIsSaved_IsInForce()
    {
        var file = Path.Combine(_directory, "appsettings.json");
        await File.WriteAllTextAsync(file, """{ "RateLimitHeaders": { "Quotas": { "q": { "Rate": "5/1d" } } } }""");
        await using var api = await StartAsync(configuration => configuration.AddJsonFile(file, optional: false, reloadOnChange: true));
        Assert.Equal([(200, "5", "4")], await api.SendSeveralAsync(1));

        await File.WriteAllTextAsync(file, """{ "RateLimitHeaders": { "Quotas": { "q": { "Rate": "9/1d" } } } }""");

        await ComesIntoForceAsync(api, 9);
        Assert.Equal([(200, "9", "7")], await api.SendSeveralAsync(1));
    }

    [Fact]
    public async Task JsonFile_SavedWithAnError_LeavesTheLimitsUntilItIsMended()
    {
        var file = Path.Combine(_directory, "appsettings.json");
        await File.WriteAllTextAsync(file, """{ "RateLimitHeaders": { "Quotas": { "q": { "Rate": "5/1h" } } } }""");
        await using var api = await StartAsync(configuration => configuration.AddJsonFile(source =>
        {
            (source.Path, source.ReloadOnChange, source.OnLoadException) = (file, true, context => context.Ignore = true);
            source.ResolveFileProvider();
        }));

        await File.WriteAllTextAsync(file, """{ "RateLimitHeaders": { "Quotas": """);
        await Eventually.IsTrueAsync(() => Read(api, 84), "The broken file was not read.");
        Assert.Contains("RLH0056", ReloadTests.Said(api)[0].Message, StringComparison.Ordinal);
        Assert.Equal([(200, "5", "4")], await api.SendSeveralAsync(1));

        await File.WriteAllTextAsync(file, """{ "RateLimitHeaders": { "Quotas": { "q": { "Rate": "9/1h" } } } }""");
        await ComesIntoForceAsync(api, 9);
    }

    [Fact]
    public async Task EnvironmentVariables_OverrideOneNumberOfAFile()
    {
        const string Prefix = "RATELIMITHEADERS_TEST_";
        const string Variable = $"{Prefix}RateLimitHeaders__Policies__api__Plans__user__Quotas__hourly__PermitLimit";
        Environment.SetEnvironmentVariable(Variable, "7");
        try
        {
            var configuration = new ConfigurationBuilder()
                .AddInMemoryCollection([
                    new("RateLimitHeaders:DefaultPolicy", "api"),
                    new("RateLimitHeaders:Policies:api:Plans:user:Quotas:hourly:PermitLimit", "5"),
                    new("RateLimitHeaders:Policies:api:Plans:user:Quotas:hourly:Window", "1h"),
                    new("RateLimitHeaders:Policies:api:Plans:anonymous:IsExempt", "true"),
                ])
                .AddEnvironmentVariables(Prefix)
                .Build();
            await using var api = await TestApi.StartAsync(
                _ => { }, services: services => services.AddRateLimitHeaders().LoadFromConfiguration(configuration.GetSection("RateLimitHeaders")));

            Assert.Equal([(200, "7", "6")], await api.SendSeveralAsync(1, "sub=ada"));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, null);
        }
    }

    [Fact]
    public async Task KeyPerFile_WhoseLinksAreSwapped_IsInForceAsAWhole()
    {
        if (!OperatingSystem.IsLinux())
        {
            // Such a mount is Linux's, and so is the command that swaps its links.
            return;
        }

        // As a mounted config map is: the files are links into "..data", itself a link that is replaced at once.
        var mount = Directory.CreateDirectory(Path.Combine(_directory, "mount")).FullName;
        Publish(mount, "one", "5", "1h");
        foreach (var key in new[] { "RateLimitHeaders__Quotas__q__PermitLimit", "RateLimitHeaders__Quotas__q__Window" })
        {
            File.CreateSymbolicLink(Path.Combine(mount, key), Path.Combine("..data", key));
        }

        // What DOTNET_USE_POLLING_FILE_WATCHER=true does: a swapped link is no event of the files that are links into it.
        using var files = new PhysicalFileProvider(mount) { UsePollingFileWatcher = true, UseActivePolling = true };
        await using var api = await StartAsync(configuration => configuration.AddKeyPerFile(source =>
        {
            source.FileProvider = files;
            source.ReloadOnChange = true;
            source.ReloadDelay = 0;
            source.IgnoreCondition = name => name.StartsWith("..", StringComparison.Ordinal);
        }));
        Assert.Equal([(200, "5", "4")], await api.SendSeveralAsync(1));

        Publish(mount, "two", "9", "2h");

        await ComesIntoForceAsync(api, 9);
        Assert.Equal([(200, "9", "8")], await api.SendSeveralAsync(1));
        Assert.Contains(ReloadTests.Said(api), entry => entry.Message.Contains("quota \"q\" has the window 02:00:00 instead of 01:00:00", StringComparison.Ordinal));
    }

    private static void Publish(string mount, string version, string limit, string window)
    {
        var directory = Directory.CreateDirectory(Path.Combine(mount, $"..{version}")).FullName;
        File.WriteAllText(Path.Combine(directory, "RateLimitHeaders__Quotas__q__PermitLimit"), limit);
        File.WriteAllText(Path.Combine(directory, "RateLimitHeaders__Quotas__q__Window"), window);
        File.CreateSymbolicLink(Path.Combine(mount, "..data_tmp"), $"..{version}");

        // One rename, which .NET does for files alone.
        using var move = Process.Start("mv", ["-T", Path.Combine(mount, "..data_tmp"), Path.Combine(mount, "..data")]);
        move.WaitForExit();
        Assert.Equal(0, move.ExitCode);
    }

    private static async Task<TestApi> StartAsync(Action<ConfigurationBuilder> add)
    {
        var builder = new ConfigurationBuilder();
        add(builder);
        var configuration = builder.Build();
        return await TestApi.StartAsync(_ => { }, services: services => services
            .AddRateLimitHeaders().LoadFromConfiguration(configuration.GetSection("RateLimitHeaders")));
    }

    /// <summary>Waits until the provider has noticed the change, and lets the clock of the limits go on.</summary>
    private static Task ComesIntoForceAsync(TestApi api, double limit) => Eventually.IsTrueAsync(
        () =>
        {
            api.Time.Advance(LimitsReload.Quiet);
            return api.Runtime().Current.Definition.Policies[0].Plans[0].Quotas[0].Limit == limit;
        },
        $"The limit did not become {limit}.");

    private static bool Read(TestApi api, int outcome)
    {
        api.Time.Advance(LimitsReload.Quiet);
        return ReloadTests.Said(api).Any(entry => entry.Id == outcome);
    }
}
