using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// A call of a store that is in progress. Its result is whether the store answered in time. A later result is ignored,
/// and still observed.
/// </summary>
/// <remarks>
/// A request that awaits it continues on a thread of the pool: client libraries complete their tasks one after the other, and
/// an endpoint that blocks its thread must not delay the answers to all other requests.
/// </remarks>
internal sealed class StoreCall : IValueTaskSource<bool>
{
    private const int Done = 1;
    private const int Late = 2;

    private readonly StoreGuard _guard;
    private readonly CallTerms _terms;
    private ManualResetValueTaskSourceCore<bool> _source = new() { RunContinuationsAsynchronously = true };
    private ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter _answer;
    private CancellationTokenRegistration _cancellation;
    private int _end;

    public StoreCall(StoreGuard guard, CallTerms terms, int epoch, long started)
    {
        _guard = guard;
        _terms = terms;
        Epoch = epoch;
        Started = started;
    }

    /// <summary>Gets the number of outages that were over when the call began.</summary>
    public int Epoch { get; }

    public long Started { get; }

    public bool IsDone => Volatile.Read(ref _end) != 0;

    /// <summary>Waits for the answer.</summary>
    public ValueTask<bool> Await(ValueTask answer)
    {
        if (_terms.CancellationToken.CanBeCanceled)
        {
            _cancellation = _terms.CancellationToken.UnsafeRegister(static call => ((StoreCall)call!).Cancel(), this);
        }

        _answer = answer.ConfigureAwait(false).GetAwaiter();
        _answer.UnsafeOnCompleted(OnAnswer);
        return new(this, _source.Version);
    }

    /// <summary>Ends the call, because its deadline has passed.</summary>
    public void Expire()
    {
        // Before the call ends, because its answer may arrive right after that.
        _guard.LateCalls.Add();
        if (!Fail(StoreFailure.OfDeadline(_guard.Deadline), Late))
        {
            _guard.LateCalls.Remove();
        }
    }

    /// <summary>Ends the call without an answer and without a report.</summary>
    public void Abandon()
    {
        if (TryClaim())
        {
            _source.SetResult(false);
        }
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void OnAnswer()
    {
        Read();
        if (Volatile.Read(ref _end) == Late)
        {
            _guard.LateCalls.Remove();
        }
    }

    private void Read()
    {
        try
        {
            // Read even if the call is over: that observes the exception.
            _answer.GetResult();
        }
        catch (OperationCanceledException) when (_terms.CancellationToken.IsCancellationRequested)
        {
            Cancel();
            return;
        }
#pragma warning disable CA1031 // Whatever a store throws: the request gets an answer.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            var failure = StoreFailure.Of(exception);
            if (!Fail(failure))
            {
                _guard.FailedLate(Epoch, failure);
            }

            return;
        }

        Succeed();
    }

    private void Succeed()
    {
        if (TryClaim())
        {
            _guard.Answered(_terms, Started);
            _source.SetResult(true);
        }
        else
        {
            _terms.OnLateAnswer?.Invoke();
        }
    }

    private bool Fail(StoreFailure failure, int end = Done)
    {
        if (!TryClaim(end))
        {
            return false;
        }

        // The circuit opens first, so that the request that continues with this result finds it open.
        _guard.Failed(_terms, Started, Epoch, failure);
        _source.SetResult(false);
        return true;
    }

    private void Cancel()
    {
        if (TryClaim())
        {
            _source.SetException(new OperationCanceledException(_terms.CancellationToken));
        }
    }

    /// <summary>Decides which of the deadline, the answer and the cancellation, which may come at the same time, ends the call.</summary>
    private bool TryClaim(int end = Done)
    {
        if (Interlocked.CompareExchange(ref _end, end, 0) != 0)
        {
            return false;
        }

        _cancellation.Unregister();
        return true;
    }
}
