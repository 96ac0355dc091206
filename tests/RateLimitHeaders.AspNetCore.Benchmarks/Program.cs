using BenchmarkDotNet.Running;
using RateLimitHeaders.AspNetCore.Benchmarks;

switch (args)
{
    case ["scale", .. var rest]:
        ScaleProgram.Run(rest);
        break;
    case ["redis", "functions"]:
        await RedisFunctionsProgram.RunAsync(rounds: 9);
        break;
    case ["redis", .. var rest]:
        await RedisProgram.RunAsync(rest);
        break;
    case ["simulate"]:
        await SimulationProgram.RunAsync();
        break;
    case ["server", var variant, var port]:
        await ServerProgram.RunAsync(variant, port);
        break;
    default:
        string[] which = args.Any(arg => arg is "-f" or "--filter") ? [] : ["--filter", "*"];
        var withJob = !args.Any(arg => arg is "-j" or "--job");
        BenchmarkSwitcher.FromAssembly(typeof(BenchmarkConfig).Assembly).Run([.. args, .. which], BenchmarkConfig.Create(withJob));
        break;
}
