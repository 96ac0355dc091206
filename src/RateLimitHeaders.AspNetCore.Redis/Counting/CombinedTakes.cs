using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Takes the costs of several plans in one call of <see cref="Scripts.TakeCombined"/>, if a script sees all of the keys.</summary>
/// <param name="runner">Runs the scripts.</param>
internal sealed class CombinedTakes(IScriptRunner runner)
{
    /// <summary>Takes the costs, or none of them.</summary>
    /// <returns>
    /// <see langword="false"/> if nothing was done: the keys may be on several servers, as behind a proxy or while a slot moves, or the
    /// caller has a batch.
    /// </returns>
    public async ValueTask<bool> RunAsync(CallerCall[] takes)
    {
        // One caller's keys are in one slot, which the hash decides; those of an address and of an account are not.
        if (!runner.SeesSlots || (!runner.SeesAllKeys && takes.Select(take => RedisKeys.HashIn(take.Key)).Distinct().Skip(1).Any()))
        {
            return false;
        }

        RedisKey[] keys = [.. takes.Select(take => take.Key)];
        RedisValue[] values = [.. takes.Select(take => take.Call)];
        RedisResult answer;
        try
        {
            answer = await runner.RunAsync(Scripts.TakeCombined, keys, values);
        }
        catch (RateLimitStoreException exception) when (StoreFailures.IsOfSlots(exception))
        {
            // Keys of a slot that is being moved are found one by one, wherever each of them is.
            return false;
        }

        if (answer.IsNull)
        {
            return false;
        }

        var answers = (RedisResult[])answer!;
        for (var i = 0; i < takes.Length; i++)
        {
            takes[i].Read((byte[]?)answers[i]);
        }

        return true;
    }
}
