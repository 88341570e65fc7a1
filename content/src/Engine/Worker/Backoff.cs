namespace TaskQueue.Worker;

/// <summary>Pauses between repeated failures: 1 s, doubling up to 30 s.</summary>
internal sealed class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private TimeSpan _next = First;

    public TimeSpan Next()
    {
        var pause = _next;
        _next = pause * 2 > Longest ? Longest : pause * 2;
        return pause;
    }

    public void Reset() => _next = First;
}
