using BenchmarkDotNet.Running;
using RateLimitHeaders.AspNetCore.Benchmarks;

string[] which = args.Any(arg => arg is "-f" or "--filter") ? [] : ["--filter", "*"];
var withJob = !args.Any(arg => arg is "-j" or "--job");
BenchmarkSwitcher.FromAssembly(typeof(BenchmarkConfig).Assembly).Run([.. args, .. which], BenchmarkConfig.Create(withJob));
