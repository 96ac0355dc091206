using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Batches that have ended, as the script understands them.</summary>
internal static class PackedBatches
{
    public static RedisValue Of(IReadOnlyList<Batch> ended)
    {
        if (ended.Count == 0)
        {
            return CountScript.Nothing;
        }

        var numbers = new List<double>();
        foreach (var batch in ended)
        {
            var answer = batch.Answer;
            numbers.AddRange(answer.Now, batch.End, batch.Extra, batch.Left);
            for (var i = 0; i < answer.Statuses.Length; i++)
            {
                numbers.Add(answer.MarkOf(i, batch.Extra).At);
            }
        }

        return CountScript.Pack(numbers.ToArray());
    }
}
