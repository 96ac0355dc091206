namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>One or two threads that do a piece of work each, at the same time. The caller is one of them.</summary>
internal sealed class Crew : IDisposable
{
    private readonly Action<int> _work;
    private readonly Barrier? _barrier;
    private readonly Thread? _helper;
    private bool _isOver;

    /// <param name="threads">1 or 2.</param>
    /// <param name="work">What each does; gets the number of the thread.</param>
    public Crew(int threads, Action<int> work)
    {
        _work = work;
        if (threads == 2)
        {
            _barrier = new Barrier(2);
            _helper = new Thread(Help) { IsBackground = true };
            _helper.Start();
        }
    }

    /// <summary>Does the work once and returns when all are done.</summary>
    public void Run()
    {
        _barrier?.SignalAndWait();
        _work(0);
        _barrier?.SignalAndWait();
    }

    public void Dispose()
    {
        _isOver = true;
        _barrier?.SignalAndWait();
        _helper?.Join();
        _barrier?.Dispose();
    }

    private void Help()
    {
        _barrier!.SignalAndWait();
        while (!_isOver)
        {
            _work(1);
            _barrier.SignalAndWait();
            _barrier.SignalAndWait();
        }
    }
}
