namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Threads that ask under one plan while the clock steps and partitions are swept all the time.</summary>
internal sealed class StressRound : IDisposable
{
    private const int Workers = 4;
    private const int RequestsPerWorker = 5;
    private const int StepsPerWorker = 3_000;

    private readonly List<StressEvent>[] _events = [.. Enumerable.Range(0, Workers).Select(_ => new List<StressEvent>())];
    private readonly StressRequest[][] _requests;
    private readonly long[] _held;
    private Exception? _failure;
    private int _steps;
    private int _working = Workers;

    public StressRound(StressPlan plan)
    {
        Plan = plan;
        Policy = new StressPolicy(plan);
        _held = new long[plan.Callers + plan.Room + 1];
        _requests = [.. _events.Select(events => Enumerable.Range(0, RequestsPerWorker).Select(_ => new StressRequest(this, events)).ToArray())];
    }

    public StressPlan Plan { get; }

    public StressPolicy Policy { get; }

    private bool IsOver => Volatile.Read(ref _working) == 0 || Volatile.Read(ref _failure) is not null;

    public void Run()
    {
        var threads = Enumerable.Range(0, Workers).Select(worker => Start(() => Work(worker)))
            .Append(Start(StepClock))
            .Append(Start(Sweep))
            .ToList();
        threads.ForEach(thread => Assert.True(thread.Join(StressRun.Guard) || _failure is not null, "a thread hangs"));
        if (_failure is not null)
        {
            throw new InvalidOperationException(_failure.Message, _failure);
        }

        CheckRoom();
        CheckWaiting();
        EndAll();
        CheckAdmitted();
        CheckFull();
    }

    /// <summary>Notes slots that were granted, which are held from before until after they are noted.</summary>
    public void Hold(int caller, long slots)
    {
        var held = Interlocked.Add(ref _held[caller], slots);
        if (Plan.Slots > 0 && held > Plan.Slots * (Plan.Overflows ? 2 : 1))
        {
            Assert.Fail($"over-admitted: caller {caller} holds {held} of {Plan.Slots} slots");
        }
    }

    public void LetGo(int caller, long slots) => Interlocked.Add(ref _held[caller], -slots);

    public void Dispose()
    {
        Policy.Dispose();
        foreach (var request in _requests.SelectMany(requests => requests))
        {
            request.Dispose();
        }
    }

    private Thread Start(Action work)
    {
        var thread = new Thread(() =>
        {
            try
            {
                work();
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                Interlocked.CompareExchange(ref _failure, failure, null);
            }
        })
        {
            IsBackground = true,
        };
        thread.Start();
        return thread;
    }

    private void Work(int worker)
    {
        var random = new Random(HashCode.Combine(Plan.Seed, worker));
        for (var i = 0; i < StepsPerWorker && Volatile.Read(ref _failure) is null; i++)
        {
            _requests[worker][random.Next(RequestsPerWorker)].Step(random);
            Interlocked.Increment(ref _steps);
        }

        Interlocked.Decrement(ref _working);
    }

    /// <summary>Steps the clock after some requests, not after some time: so that limits are reached on any machine.</summary>
    private void StepClock()
    {
        var random = new Random(Plan.Seed);
        for (var next = 0; !IsOver; Thread.Yield())
        {
            if (Volatile.Read(ref _steps) >= next)
            {
                Policy.Time.Advance(Plan.NextStep(random));
                next = Volatile.Read(ref _steps) + random.Next(100);
            }
        }
    }

    private void Sweep()
    {
        for (; !IsOver; Thread.Yield())
        {
            Policy.Partitions.Sweep();

            // A request that finds no room has counted itself for a moment.
            CheckRoom(Policy.Partitions.Count, Plan.Room + Workers);

            // Those by text are counted before those by address, and one of these may have come in the place of one of those meanwhile.
            CheckRoom(Policy.Partitions.Counted, 2 * Plan.Room);
        }
    }

    /// <summary>What is in memory is what the budget counts, now that no request runs.</summary>
    private void CheckRoom()
    {
        CheckRoom(Policy.Partitions.Counted, Plan.Room);
        Assert.Equal(Policy.Partitions.Counted, Policy.Partitions.Count);
    }

    private static void CheckRoom(int partitions, int room) =>
        Assert.True(partitions >= 0 && partitions <= room, $"{partitions} partitions, where there is room for {room}");

    /// <summary>The next request waits for more slots than are free; otherwise none would wait.</summary>
    private void CheckWaiting()
    {
        // A request that was served goes on a little later, on another thread.
        var complaint = string.Empty;
        Assert.True(SpinWait.SpinUntil(() => (complaint = WaitInVain()).Length == 0, StressRun.Guard), complaint);
    }

    private string WaitInVain()
    {
        foreach (var request in _requests.SelectMany(requests => requests))
        {
            request.Settle();
        }

        foreach (var waiting in _requests.SelectMany(requests => requests).Where(request => request.IsWaiting).GroupBy(request => request.Caller))
        {
            var most = waiting.Max(request => request.Slots);
            var free = Plan.Slots - _held[waiting.Key];
            if (!Plan.Overflows && most <= free)
            {
                return $"{waiting.Count()} requests of caller {waiting.Key} wait for {most} slots at most, where {free} are free";
            }
        }

        return string.Empty;
    }

    /// <summary>Ends all requests; those that wait get what the others give back, or are rejected.</summary>
    private void EndAll()
    {
        StressRequest[] requests = [.. _requests.SelectMany(request => request)];
        var haveEnded = SpinWait.SpinUntil(
            () =>
            {
                foreach (var request in requests)
                {
                    request.Settle();
                    request.End();
                }

                return !requests.Any(request => request.IsGranted || request.IsWaiting);
            },
            StressRun.Guard);

        Assert.True(haveEnded, $"{requests.Count(request => request.IsWaiting)} requests wait for slots that none holds");

        Assert.All(_held, held => Assert.Equal(0, held));
    }

    private void CheckAdmitted()
    {
        var events = _events.SelectMany(happened => happened).ToLookup(happened => happened.Caller);
        foreach (var caller in events)
        {
            Check(caller, $"caller {caller.Key}", Plan.Overflows ? 2 : 1);
        }

        // However many callers: no more than each partition's limit, and those of the two that they share, by text and by address.
        Check(events.SelectMany(caller => caller), "all callers", Plan.Overflows ? Plan.Room + 2 : Plan.Callers);
    }

    private void Check(IEnumerable<StressEvent> events, string whose, int partitions)
    {
        // What is charged beyond one partition's limit takes nothing from another's, and gives nothing back to it.
        var counted = partitions == 1 ? events : events.Where(happened => happened.Kind is StressEventKind.Grant or StressEventKind.Refund);
        foreach (var quota in Plan.Timed)
        {
            UsageModel.Of(quota, Plan.MostOf(quota), partitions)?.Check(counted, $"{whose}, {quota.Algorithm},");
        }
    }

    /// <summary>When all is back that the callers were told of, all is back; and nothing is worth keeping.</summary>
    private void CheckFull()
    {
        // Where there is not room for all, so many more ask that some meet the shared partition.
        var asking = Plan.Callers + (Plan.Overflows ? Plan.Room + 1 : 0);
        using var request = new StressRequest(this, []);
        var wait = TimeSpan.Zero;
        for (var caller = 0; caller < asking; caller++)
        {
            foreach (var status in request.Ask(caller, cost: 0, share: 1).Statuses)
            {
                wait = status.UntilAll > wait ? status.UntilAll.Value : wait;
            }

            request.End();
        }

        if (Plan is { Adjusts: false, LimitsChange: false })
        {
            // Of a sliding window, one more segment than it has; all of whole ticks.
            var longest = Plan.Timed.Select(quota => (quota.Segments + 1) * ((quota.Window + quota.Segments - 1) / quota.Segments)).DefaultIfEmpty().Max();
            Assert.True(wait.Ticks <= longest, $"all is back after {wait.Ticks} ticks, where {longest} must do");
        }

        Policy.Time.Advance(wait);
        for (var caller = 0; caller < asking; caller++)
        {
            foreach (var status in request.Ask(caller, cost: 0, share: 1).Statuses)
            {
                Assert.True(status.Remaining == (long)status.Limit!.Value, $"after all was back, caller {caller} has {status.Remaining} of {status.Limit} ({status.Name})");
            }

            request.End();
        }

        Policy.Partitions.Sweep();
        CheckRoom();
        Assert.True(Policy.Partitions.Count == 0, $"{Policy.Partitions.Count} partitions are kept although all is back");
    }
}
