using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Reads the statuses of many callers of any plans: by one script if it sees all keys, and otherwise by calls that are sent together.</summary>
/// <param name="runner">Runs the scripts.</param>
internal sealed class LookGroups(IScriptRunner runner)
{
    // Redis does nothing else during the call, for some milliseconds.
    private const int LargestGroup = 100;

    private volatile bool _isRejected;

    /// <summary>
    /// Sends the calls, and reads all answers. At most a hundred calls are sent before one is waited for, so that requests need not
    /// wait behind them for long.
    /// </summary>
    /// <returns>
    /// For each call the error that concerns only its key, such as a key that holds something else; <see langword="null"/> if it was answered.
    /// </returns>
    public async Task<RateLimitStoreException?[]> RunAsync(IReadOnlyCollection<CallerCall> looks, CancellationToken cancellationToken)
    {
        List<RateLimitStoreException?> errors = new(looks.Count);
        foreach (var group in looks.Chunk(LargestGroup))
        {
            var calls = _isRejected || !runner.SeesAllKeys ? Task.WhenAll(group.Select(RunAloneAsync)) : RunTogetherAsync(group);
            errors.AddRange(await calls.WaitObservedAsync(cancellationToken));
        }

        return [.. errors];
    }

    /// <summary>Sends the calls as <see cref="RunAsync"/> does, and throws the first error.</summary>
    public async Task DemandAsync(IReadOnlyCollection<CallerCall> looks, CancellationToken cancellationToken)
    {
        if ((await RunAsync(looks, cancellationToken)).FirstOrDefault(error => error is not null) is { } error)
        {
            throw error;
        }
    }

    private async Task<RateLimitStoreException?> RunAloneAsync(CallerCall look)
    {
        try
        {
            look.Read(await runner.CountAsync(CountCalls.Look, [look.Key], look.Call));
            return null;
        }
        catch (RateLimitStoreException exception) when (exception.Kind == StoreFailureKind.Call)
        {
            return exception;
        }
    }

    private async Task<RateLimitStoreException?[]> RunTogetherAsync(CallerCall[] group)
    {
        RedisValue[] values = [.. group.Select(look => look.Call)];
        RedisResult[] answers;
        try
        {
            answers = (RedisResult[])(await runner.RunAsync(Scripts.LookGroup, [.. group.Select(look => look.Key)], values))!;
        }
        catch (RateLimitStoreException exception) when (StoreFailures.IsOfSlots(exception))
        {
            // The server is part of a cluster and has rejected the script, which has read nothing.
            _isRejected = true;
            return await Task.WhenAll(group.Select(RunAloneAsync));
        }

        var errors = new RateLimitStoreException?[group.Length];
        for (var i = 0; i < group.Length; i++)
        {
            if (answers[i].IsNull)
            {
                // A call for this key alone returns the reason.
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
