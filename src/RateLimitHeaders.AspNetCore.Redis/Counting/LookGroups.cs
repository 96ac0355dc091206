using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Asks where many callers of any plans stand: by one script where it sees all keys, and otherwise by calls that are sent together.</summary>
/// <param name="runner">Runs the scripts.</param>
internal sealed class LookGroups(IScriptRunner runner)
{
    // Redis does nothing else meanwhile, for some milliseconds.
    private const int LargestGroup = 100;

    private readonly CountCalls _counts = new(runner);
    private volatile bool _isRejected;

    /// <summary>
    /// Asks, and has all answers read. The calls for a hundred questions are sent before one is waited for, and no more, so that requests need not
    /// wait behind them for long.
    /// </summary>
    /// <returns>
    /// For each question the error of its key alone, such as one that holds something else; <see langword="null"/> where it is answered.
    /// </returns>
    public async Task<RateLimitStoreException?[]> RunAsync(IReadOnlyCollection<CallerQuestion> looks, CancellationToken cancellationToken)
    {
        List<RateLimitStoreException?> errors = new(looks.Count);
        foreach (var group in looks.Chunk(LargestGroup))
        {
            var asked = _isRejected || !runner.SeesAllKeys ? Task.WhenAll(group.Select(RunAloneAsync)) : RunTogetherAsync(group);
            errors.AddRange(await asked.WaitObservedAsync(cancellationToken));
        }

        return [.. errors];
    }

    /// <summary>Asks as <see cref="RunAsync"/> does, and throws the first error.</summary>
    public async Task DemandAsync(IReadOnlyCollection<CallerQuestion> looks, CancellationToken cancellationToken)
    {
        if ((await RunAsync(looks, cancellationToken)).FirstOrDefault(error => error is not null) is { } error)
        {
            throw error;
        }
    }

    private async Task<RateLimitStoreException?> RunAloneAsync(CallerQuestion look)
    {
        try
        {
            look.Read(await _counts.RunAsync(CountOperations.Look, [look.Key], look.Call));
            return null;
        }
        catch (RateLimitStoreException exception) when (exception.Kind == StoreFailureKind.Call)
        {
            return exception;
        }
    }

    private async Task<RateLimitStoreException?[]> RunTogetherAsync(CallerQuestion[] group)
    {
        RedisValue[] values = [.. group.Select(look => look.Call)];
        RedisResult[] answers;
        try
        {
            answers = (RedisResult[])(await runner.RunAsync(Scripts.LookGroup, [.. group.Select(look => look.Key)], values))!;
        }
        catch (RateLimitStoreException exception) when (StoreFailures.IsOfSlots(exception))
        {
            // It is a cluster after all, and has done nothing.
            _isRejected = true;
            return await Task.WhenAll(group.Select(RunAloneAsync));
        }

        var errors = new RateLimitStoreException?[group.Length];
        for (var i = 0; i < group.Length; i++)
        {
            if (answers[i].IsNull)
            {
                // Asked alone, it tells why.
                errors[i] = await RunAloneAsync(group[i]);
            }
            else
            {
                group[i].Read((byte[]?)answers[i]);
            }
        }

        return errors;
    }
}
