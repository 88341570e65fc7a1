using System.Diagnostics;

namespace TaskQueue.Worker;

/// <summary>The peak resident memory of this process. The system is asked at most ten times a second: it takes longer than a short task.</summary>
internal static class PeakMemory
{
    private static readonly TimeSpan MostAge = TimeSpan.FromMilliseconds(100);
    private static readonly Lock Turn = new();

    private static long _bytes;
    private static long _asked;

    public static long Bytes
    {
        get
        {
            lock (Turn)
            {
                if (_bytes == 0 || Stopwatch.GetElapsedTime(_asked) > MostAge)
                {
                    using var process = Process.GetCurrentProcess();
                    (_bytes, _asked) = (process.PeakWorkingSet64, Stopwatch.GetTimestamp());
                }
                return _bytes;
            }
        }
    }
}
