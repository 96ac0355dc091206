namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A store that counts in memory, unless the test has it answer otherwise.</summary>
internal sealed class ScriptedStore : RateLimitStore, IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<ScriptedCall> _calls = [];
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override string Name => "Scripted";

    public override RateLimitStoreOptions Options { get; } = new();

    /// <summary>Gets or sets how calls are answered.</summary>
    public Func<ScriptedCall, ValueTask> Answer { get; set; } = Count;

    /// <summary>Gets or sets what happens when the application starts.</summary>
    public Func<CancellationToken, Task> WarmUp { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Gets or sets what makes the store count wrongly.</summary>
    public Func<CancellationToken, Task<IReadOnlyList<string>>> Inspect { get; set; } = static _ => Task.FromResult<IReadOnlyList<string>>([]);

    /// <summary>Gets the errors that the store finds itself.</summary>
    public List<RateLimitConfigurationError> Errors { get; } = [];

    /// <summary>Gets what happened to the store and its partitions, in its order.</summary>
    public List<string> Events { get; } = [];

    /// <summary>Gets how many callers the store was asked for at once, for each time.</summary>
    public List<int> PeekGroups { get; } = [];

    /// <summary>Gets all calls, in their order.</summary>
    public ScriptedCall[] Calls
    {
        get
        {
            lock (_lock)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>Counts in memory.</summary>
    public static ValueTask Count(ScriptedCall call) => call.Count();

    /// <summary>Counts when the test says so (<see cref="ScriptedCall.Answered"/>).</summary>
    public static async ValueTask Wait(ScriptedCall call)
    {
        await call.Answered.Task;
        await call.Count();
    }

    /// <summary>Counts, and gives no answer.</summary>
    public static async ValueTask CountSilently(ScriptedCall call)
    {
        await call.Count();
        await new TaskCompletionSource().Task;
    }

    /// <summary>Has all calls fail.</summary>
    public static Func<ScriptedCall, ValueTask> Throw(Exception exception) => _ => throw exception;

    public override IEnumerable<RateLimitConfigurationError> Validate(IReadOnlyCollection<PlanDefinition> plans) => Errors;

    public override StorePartitions CreatePartitions(PartitionsContext context)
    {
        Events.Add($"partitions of {context.Plan.PolicyName}/{context.Plan.TokenType}");
        return new ScriptedPartitions(this, context);
    }

    public override ValueTask PeekAsync(ReadOnlyMemory<StorePeek> peeks, CancellationToken cancellationToken)
    {
        PeekGroups.Add(peeks.Length);
        return base.PeekAsync(peeks, cancellationToken);
    }

    public override Task WarmUpAsync(CancellationToken cancellationToken) => WarmUp(cancellationToken);

    public override Task<IReadOnlyList<string>> InspectAsync(CancellationToken cancellationToken) => Inspect(cancellationToken);

    /// <summary>Gets a call, which may be still to come.</summary>
    public async Task<ScriptedCall> CallAsync(int index)
    {
        while (true)
        {
            Task next;
            lock (_lock)
            {
                if (index < _calls.Count)
                {
                    return _calls[index];
                }

                next = _next.Task;
            }

            await next.WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    /// <summary>Tells how often the store is called while something runs.</summary>
    public async Task<int> CallsOfAsync(Func<Task> action)
    {
        var before = Calls.Length;
        await action();
        return Calls.Length - before;
    }

    public ValueTask AnswerAsync(ScriptedCall call)
    {
        TaskCompletionSource next;
        lock (_lock)
        {
            _calls.Add(call);
            next = _next;
            _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        next.SetResult();
        return Answer(call);
    }

    public void Dispose() => Events.Add("store disposed");
}
