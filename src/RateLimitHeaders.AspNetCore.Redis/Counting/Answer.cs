using System.Buffers.Binary;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>What the script has answered.</summary>
internal sealed class Answer
{
    private const int HeadNumbers = 4;
    private const int QuotaNumbers = 5;
    private const int MarkNumbers = 3;
    private const int BatchNumbers = 3;

    private readonly byte[] _bytes;
    private readonly QuotaStatus[] _statuses;

    private Answer(byte[] bytes, QuotaStatus[] statuses, long timestamp, long order)
    {
        _bytes = bytes;
        _statuses = statuses;
        Timestamp = timestamp;
        Order = order;
    }

    /// <summary>Gets the moment of the decision by the clock of Redis, in microseconds since the Unix epoch.</summary>
    public double Now => Number(0);

    /// <summary>Gets the same moment as an instant.</summary>
    public DateTimeOffset TakenAt => DateTimeOffset.UnixEpoch.AddTicks((long)Now * TimeSpan.TicksPerMicrosecond);

    /// <summary>Gets the moment at which the answer came, by this server's clock.</summary>
    public long Timestamp { get; }

    /// <summary>Gets the place of the call among all calls of the plan, which tells apart what Redis did in one microsecond.</summary>
    public long Order { get; }

    public bool IsGranted => Wait == 0;

    /// <summary>Gets what a refused caller waits; <see langword="null"/> if it is granted or no wait helps.</summary>
    public TimeSpan? RetryAfter => Wait > 0 ? Time(Wait) : null;

    public int LongestWait => (int)Number(2);

    public QuotaStatus[] Statuses => _statuses;

    /// <summary>Gets how long until the last batch ends that a server holds of the caller's permits; zero if none is held.</summary>
    public TimeSpan UntilLastBatchEnds => Time(Number(3));

    private double Wait => Number(1);

    /// <summary>Reads an answer.</summary>
    /// <returns><see langword="null"/> if it is none that the script gives for a plan of so many quotas.</returns>
    public static Answer? Read(byte[]? bytes, IReadOnlyList<Quota> quotas, long timestamp, long order)
    {
        var shortest = (HeadNumbers + (QuotaNumbers * quotas.Count)) * sizeof(double);
        if (bytes is null || !IsLength(bytes.Length - shortest, quotas.Count))
        {
            return null;
        }

        var statuses = new QuotaStatus[quotas.Count];
        var answer = new Answer(bytes, statuses, timestamp, order);
        for (var i = 0; i < statuses.Length; i++)
        {
            statuses[i] = answer.StatusOf(i, quotas[i].Description);
        }

        return answer;
    }

    /// <summary>Gets the mark of the permits that a granted acquisition took.</summary>
    public ChargedMark MarkOf(int quota, int permits) =>
        new(Number(PlaceOf(quota) + 4), ChargedMark.NotYetKnown, permits, Number(PlaceOf(quota)));

    /// <summary>Gets a mark after more was charged, or something given back.</summary>
    /// <param name="quota">The index of the quota.</param>
    /// <param name="limit">The limit under which it was charged; <see langword="null"/> for the present one.</param>
    public ChargedMark SettledMarkOf(int quota, double? limit)
    {
        var place = PlaceOf(_statuses.Length) + (quota * MarkNumbers);
        return new(Number(place), Number(place + 1), Number(place + 2), limit ?? Number(PlaceOf(quota)));
    }

    /// <summary>Gets the batch that was taken along, if the answer is about one.</summary>
    public BatchTerms BatchTerms()
    {
        var place = PlaceOf(_statuses.Length);
        return new((int)Number(place), Time(Number(place + 1)), Number(place + 2));
    }

    // Nothing follows the quotas, or marks for each, or the terms of a batch.
    private static bool IsLength(int rest, int quotas) =>
        rest is 0 or BatchNumbers * sizeof(double) || rest == MarkNumbers * quotas * sizeof(double);

    private static int PlaceOf(int quota) => HeadNumbers + (quota * QuotaNumbers);

    private static TimeSpan Time(double microseconds) =>
        new((long)Math.Min(microseconds, long.MaxValue / TimeSpan.TicksPerMicrosecond) * TimeSpan.TicksPerMicrosecond);

    private QuotaStatus StatusOf(int quota, QuotaDescription description)
    {
        var place = PlaceOf(quota);
        var (more, all) = (Number(place + 2), Number(place + 3));
        return new QuotaStatus(
            description,
            Number(place),
            (long)Number(place + 1),
            more < 0 ? null : Time(more),
            all < 0 ? null : Time(all),
            isViolated: !IsGranted && Number(place + 4) == 1);
    }

    private double Number(int place) => BinaryPrimitives.ReadDoubleLittleEndian(_bytes.AsSpan(place * sizeof(double)));
}
