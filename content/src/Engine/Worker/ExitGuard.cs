using System.Globalization;
using System.Runtime.InteropServices;
using TaskQueue.Contracts;
using TaskQueue.Worker.Reporting;

namespace TaskQueue.Worker;

/// <summary>
/// Sees to how the process ends: a signal drains it, a second one ends it at once, and a task that ends it from within
/// makes no success of that.
/// </summary>
internal sealed class ExitGuard : IDisposable
{
    private readonly WorkerCounts _counts;
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _signals;
    private volatile bool _isExpected;

    /// <param name="counts">Names the running rows.</param>
    /// <param name="stop">Called by the first signal.</param>
    public ExitGuard(WorkerCounts counts, Action stop)
    {
        _counts = counts;
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP])
            if (signal != PosixSignal.SIGHUP || !IsHangupIgnored())
                _registrations.Add(PosixSignalRegistration.Create(signal, context => Take(context, stop)));
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        _registrations.ForEach(registration => registration.Dispose());
    }

    /// <summary>nohup starts a program with the signal ignored (bit 0 of SigIgn, proc(5)); a handler would end that.</summary>
    private static bool IsHangupIgnored()
    {
        const string Field = "SigIgn:";
        var line = OperatingSystem.IsLinux()
            ? File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(Field, StringComparison.Ordinal))
            : null;
        return line is not null && (ulong.Parse(line[Field.Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & 1) != 0;
    }

    private void Take(PosixSignalContext context, Action stop)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _signals) == 1)
        {
            stop();
            return;
        }
        _isExpected = true;
        Environment.Exit((int)ExitCode.PartDone);
    }

    /// <summary>Environment.Exit in a task, or in what it calls.</summary>
    private void OnProcessExit(object? sender, EventArgs e)
    {
        if (_isExpected)
            return;

        Environment.ExitCode = (int)ExitCode.PartDone;
        Console.Error.WriteLine($"error: The program ended in the middle of its work, perhaps because a task called Environment.Exit.");
        Console.Error.WriteLine($"Running: {string.Join(", ", _counts.RunningRows.DefaultIfEmpty("nothing"))}");
        Console.Error.WriteLine("Let tasks throw an exception instead; the running rows come back when their leases are over.");
    }
}
