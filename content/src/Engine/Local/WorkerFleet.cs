using System.Diagnostics;
using System.Globalization;
using TaskQueue.Contracts;
using TaskQueue.Settings;

namespace TaskQueue.Local;

/// <summary>Several worker processes of this program, which end with it.</summary>
/// <param name="settings">Of the project; its threads and concurrency are those of each worker.</param>
/// <param name="options">Further options of the workers.</param>
/// <param name="story">Takes their lines.</param>
internal sealed class WorkerFleet(TaskQueueSettings settings, IReadOnlyList<string> options, TextWriter story)
{
    /// <summary>How often a dead worker is replaced. Without a limit, a program that dies of every row would be started for ever.</summary>
    private const int MostReplacements = 5;

    /// <summary>A shell gives 128 and the signal's number.</summary>
    private const int Signals = 128;

    /// <summary>A worker leaves within 2 s of the drain; a machine at its limit is slower.</summary>
    private readonly TimeSpan _longestStop = settings.Drain + TimeSpan.FromSeconds(7);

    private int _running;

    /// <summary>Workers that are there now.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Starts the workers, and waits until the queue is empty and the last of them has left.</summary>
    /// <param name="count">How many.</param>
    /// <param name="cancellationToken">Drains them.</param>
    /// <exception cref="TaskQueueException">They cannot be started.</exception>
    public async Task RunAsync(int count, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var places = Enumerable.Range(1, count).Select(number => KeepAsync($"w{number}", stop.Token)).ToList();
        try
        {
            await Task.WhenAll(places);
        }
        finally
        {
            // One place that cannot be filled ends the others.
            await stop.CancelAsync();
            await Task.WhenAll(places).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Fills one place until its worker has seen the queue empty.</summary>
    private async Task KeepAsync(string name, CancellationToken stop)
    {
        for (var replaced = 0; ; replaced++)
        {
            var code = await RunOneAsync(name, stop);
            if (code == (int)ExitCode.Done || stop.IsCancellationRequested)
                return;

            var end = code > Signals ? $"was ended by signal {code - Signals}" : $"ended with exit code {code}";
            // Others say that settings, queue or store are wrong: the next worker would end alike.
            var isReplaced = (code > Signals || code == (int)ExitCode.PartDone) && replaced < MostReplacements;
            await story.WriteLineAsync(
                $"warning: Worker {name} {end}; {(isReplaced ? "another takes its place, and its rows come back when their leases are over" : "none takes its place")}");
            if (!isReplaced)
                return;
        }
    }

    private async Task<int> RunOneAsync(string name, CancellationToken stop)
    {
        using var worker = TiedProcess.Start(Describe(name));
        Interlocked.Increment(ref _running);
        try
        {
            var lines = Task.Factory.StartNew(() => Relay(worker.StandardError), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            var code = await worker.WaitAsync(_longestStop, stop);
            // A process that a task left behind may hold the other end.
            await lines.WaitAsync(TimeSpan.FromSeconds(1), CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return code;
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private ProcessStartInfo Describe(string name)
    {
        var program = Environment.ProcessPath!;
        // In an image the program is run by dotnet.
        string[] itself = Path.GetFileNameWithoutExtension(program) == "dotnet" ? ["exec", Environment.GetCommandLineArgs()[0]] : [];
        string[] verb = ["worker", "--exit-when-empty", "--name", name, TiedProcess.Option, "--concurrency", Text(settings.Concurrency), .. options];
        return new(program, [.. itself, .. verb])
        {
            RedirectStandardError = true,
            // It wins over the files.
            Environment = { ["TASK_THREADS"] = Text(settings.Threads) },
        };
    }

    private void Relay(StreamReader lines)
    {
        while (lines.ReadLine() is { } line)
            story.WriteLine(line);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
