using System.Diagnostics;
using System.Runtime.CompilerServices;
using TaskQueue.Contracts;
using TaskQueue.Records.Runs;

namespace TaskQueue.Reports.Runs;

/// <summary>Follows a run to its end.</summary>
/// <param name="reader">Reads how far it is.</param>
/// <param name="recordsSuccesses">Whether done rows have records.</param>
/// <param name="countsLag">For how long after a change the queue's counts may be wrong.</param>
/// <param name="output">Where it is shown.</param>
/// <param name="isLive">Whether that is a terminal, on which it is drawn over what was drawn before.</param>
/// <param name="clock">Measures the time between two looks.</param>
internal sealed class StatusWatch(
    StatusReader reader, bool recordsSuccesses, TimeSpan countsLag, TextWriter output, bool isLive, TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>So old may be what workers say.</summary>
    private static readonly TimeSpan RecordsLag = TimeSpan.FromSeconds(10);

    /// <summary>Shows it until nothing is left to do.</summary>
    public async Task<ExitCode> ShowAsync(RunRecord run, CancellationToken cancellationToken)
    {
        var lines = 0;
        await foreach (var status in ReadAsync(run, cancellationToken))
        {
            lines = Draw(status, lines);
            await output.FlushAsync(cancellationToken);
        }
        return ExitCode.Done;
    }

    /// <summary>Waits until nothing is left to do, then runs a command.</summary>
    /// <returns>0, or 75 when some rows did not end well.</returns>
    public async Task<ExitCode> WaitAsync(RunRecord run, string? command, string folder, CancellationToken cancellationToken)
    {
        var last = await ReadAsync(run, cancellationToken).LastAsync(cancellationToken);
        await output.WriteLineAsync(StatusText.Line(last));
        await output.FlushAsync(cancellationToken);
        if (command is not null)
            await RunAsync(command, folder, cancellationToken);
        return last is { Failed: 0, Missing: 0, State: RunState.Finished } ? ExitCode.Done : ExitCode.PartDone;
    }

    private async IAsyncEnumerable<Status> ReadAsync(
        RunRecord run, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long? lostSince = null;
        while (true)
        {
            var status = await reader.ReadAsync(run, cancellationToken);
            yield return status;
            lostSince = IsLost(status) ? lostSince ?? clock.GetTimestamp() : null;
            if (status.IsOver || (lostSince is { } since && clock.GetElapsedTime(since) > countsLag + RecordsLag))
                yield break;
            await Task.Delay(Interval, clock, cancellationToken);
            // Its insert may have ended meanwhile.
            run = await reader.RefreshAsync(run, cancellationToken);
        }
    }

    /// <summary>Whether nobody will ever do the rest: a broker's messages were purged.</summary>
    private static bool IsLost(Status status) => status is { Running: 0, Queued: 0, Missing: > 0 };

    /// <param name="status">What to show.</param>
    /// <param name="drawn">Lines that were drawn before.</param>
    /// <returns>Lines that are drawn now.</returns>
    private int Draw(Status status, int drawn)
    {
        if (!isLive)
        {
            output.WriteLine(StatusText.Line(status));
            return 0;
        }
        var text = new StringWriter { NewLine = "\n" };
        StatusText.Write(status, recordsSuccesses, countsLag, text);
        var lines = text.ToString().TrimEnd('\n').Split('\n');
        // ECMA-48: cursor up, then each line is cleared to its end, and all that is below the last one.
        output.Write(drawn > 0 ? $"\e[{drawn}A" : "");
        foreach (var line in lines)
            output.Write($"{line}\e[K\n");
        output.Write("\e[J");
        return lines.Length;
    }

    private static async Task RunAsync(string command, string folder, CancellationToken cancellationToken)
    {
        var shell = OperatingSystem.IsWindows() ? ("cmd.exe", "/c") : ("/bin/sh", "-c");
        using var process = Process.Start(new ProcessStartInfo(shell.Item1, [shell.Item2, command]) { WorkingDirectory = folder })!;
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
            throw new TaskQueueException(
                ExitCode.PartDone, $"The command of --on-done ended with exit code {process.ExitCode}.", $"It ran in {folder}", "The run itself is over; correct the command.");
    }
}
