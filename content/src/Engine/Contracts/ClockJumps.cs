namespace TaskQueue.Contracts;

/// <summary>
/// Notices that the wall clock moved otherwise than the monotonic one: the machine slept, or somebody set its clock.
/// Leases end by the wall clock of the process that leases, and are renewed by the monotonic one.
/// </summary>
/// <param name="clock">Both clocks.</param>
internal sealed class ClockJumps(TimeProvider clock)
{
    /// <summary>Corrections by NTP are smaller.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    private DateTimeOffset _wall = clock.GetUtcNow();
    private long _monotonic = clock.GetTimestamp();

    /// <returns>How far the wall clock jumped since this was last asked, forwards or backwards; zero for less than a second.</returns>
    public TimeSpan Look()
    {
        var (wall, monotonic) = (clock.GetUtcNow(), clock.GetTimestamp());
        var jump = wall - _wall - clock.GetElapsedTime(_monotonic, monotonic);
        (_wall, _monotonic) = (wall, monotonic);
        return jump.Duration() < Least ? TimeSpan.Zero : jump;
    }
}
