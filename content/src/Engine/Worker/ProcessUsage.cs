using System.Diagnostics;

namespace TaskQueue.Worker;

/// <summary>
/// What this process has used so far. The system is asked at most ten times a second: it takes longer than a short task.
/// So the CPU time of one short task is rough, and that of many in turn is right.
/// </summary>
internal static class ProcessUsage
{
    private static readonly TimeSpan MostAge = TimeSpan.FromMilliseconds(100);
    private static readonly Lock Turn = new();

    private static (long PeakMemory, TimeSpan CpuTime) _last;
    private static long _asked;

    /// <summary>The peak resident memory, in bytes.</summary>
    public static long PeakMemory => Ask().PeakMemory;

    /// <summary>Of all CPUs, in user and system mode.</summary>
    public static TimeSpan CpuTime => Ask().CpuTime;

    private static (long PeakMemory, TimeSpan CpuTime) Ask()
    {
        lock (Turn)
        {
            if (_last.PeakMemory == 0 || Stopwatch.GetElapsedTime(_asked) > MostAge)
            {
                using var process = Process.GetCurrentProcess();
                (_last, _asked) = ((process.PeakWorkingSet64, Environment.CpuUsage.TotalTime), Stopwatch.GetTimestamp());
            }
            return _last;
        }
    }
}
