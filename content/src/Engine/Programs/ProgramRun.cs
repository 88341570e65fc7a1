using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using TaskQueue.Contracts;

namespace TaskQueue.Programs;

/// <summary>A program that runs for one row, and never longer than that.</summary>
internal static class ProgramRun
{
    /// <summary>Bytes.</summary>
    public const int LongestResult = 16 << 20;

    private const int MostComplaints = 5;
    private const int LongestComplaint = 500;

    /// <summary>Between SIGTERM and SIGKILL. A worker leaves a cancelled task behind after 1 s.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(0.3);

    /// <summary>On a machine at its limit the supervisor takes longer; it goes on by itself.</summary>
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(0.6);

    /// <summary>How long what a program wrote may be on its way.</summary>
    private static readonly TimeSpan LastOutput = TimeSpan.FromSeconds(1);

    /// <summary>Where libraries look for how many threads they may have.</summary>
    private static readonly string[] ThreadNumbers =
        ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "GDAL_NUM_THREADS"];

    private static readonly Lazy<byte[]> Supervisor = new(() =>
    {
        using var script = typeof(ProgramRun).Assembly.GetManifestResourceStream("supervise.sh")!;
        using var bytes = new MemoryStream();
        script.CopyTo(bytes);
        return bytes.ToArray();
    });

    /// <param name="context">Of the row.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="row">What it reads.</param>
    /// <param name="cancellationToken">Ends it, and all processes that it started.</param>
    /// <returns>How it ended, once it has.</returns>
    /// <exception cref="ProgramFailedException">It cannot be started.</exception>
    public static async Task<ProgramEnd> RunAsync(TaskContext context, IReadOnlyList<string> command, byte[] row, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var folder = Directory.CreateTempSubdirectory("taskqueue-").FullName;
        var isEnded = true;
        try
        {
            await File.WriteAllBytesAsync(Path.Join(folder, "row.json"), row, CancellationToken.None);
            await File.WriteAllBytesAsync(Path.Join(folder, "supervise.sh"), Supervisor.Value, CancellationToken.None);
            using var process = Start(context, command, folder);
            var output = new ProgramOutput(process.StandardOutput.BaseStream, 1, LongestResult);
            var errors = new ProgramOutput(process.StandardError.BaseStream, MostComplaints, LongestComplaint);
            var copying = Task.WhenAll(output.CopyAsync(), errors.CopyAsync());
            if (OperatingSystem.IsWindows())
                await GiveAsync(process, row);
            isEnded = await EndAsync(process, cancellationToken);
            if (!isEnded)
                throw new OperationCanceledException(cancellationToken);
            // Also when the supervisor was killed: its guard ends the program.
            process.StandardInput.Close();
            await AwaitOutputAsync(copying, context);
            return new(process.ExitCode, output.LastLines.SingleOrDefault(), string.Join(" | ", errors.LastLines.Select(line => line.Text)));
        }
        finally
        {
            // A supervisor that still ends the program removes it.
            if (isEnded)
                Remove(folder);
        }
    }

    /// <summary>By the supervisor. Windows has no sh: there the program is started as it is.</summary>
    private static Process Start(TaskContext context, IReadOnlyList<string> command, string folder)
    {
        string[] supervised = OperatingSystem.IsWindows()
            ? [.. command]
            : ["/bin/sh", Path.Join(folder, "supervise.sh"), ((int)(Grace.TotalSeconds * 10)).ToString(CultureInfo.InvariantCulture), .. command];
        var start = new ProcessStartInfo(supervised[0], supervised[1..])
        {
            WorkingDirectory = context.ProjectRoot,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        SetEnvironment(start.Environment, context);
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new ProgramFailedException($"{supervised[0]} cannot be started in {context.ProjectRoot}: {e.Message}. A program needs an image with a shell and the program: see docs/any-program.md", e);
        }
    }

    private static void SetEnvironment(IDictionary<string, string?> environment, TaskContext context)
    {
        var threads = context.Threads.ToString(CultureInfo.InvariantCulture);
        environment["TASK_ID"] = context.RowId;
        environment["TASK_ATTEMPT"] = context.Attempt.ToString(CultureInfo.InvariantCulture);
        environment["TASK_THREADS"] = threads;
        environment["CF_CLOUDPATH"] = context.Output.Location;
        // It may hold a password.
        environment.Remove("TASKQUEUE_PATH");
        foreach (var name in ThreadNumbers)
            environment.TryAdd(name, threads);
        // Python keeps what it writes to a pipe until it has 8 KiB.
        environment.TryAdd("PYTHONUNBUFFERED", "1");
    }

    /// <summary>A program may end, or close its input, before it has read the row.</summary>
    private static async Task GiveAsync(Process process, byte[] row)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(row, CancellationToken.None);
            process.StandardInput.Close();
        }
        catch (IOException) { }
    }

    /// <returns>Whether it has ended; after a cancellation it may take longer.</returns>
    private static async Task<bool> EndAsync(Process process, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource();
        await using var stopping = cancellationToken.Register(() =>
        {
            process.StandardInput.Close();
            if (OperatingSystem.IsWindows())
                process.Kill(entireProcessTree: true);
            late.CancelAfter(LongestStop);
        });
        try
        {
            await process.WaitForExitAsync(late.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return process.HasExited;
        }
    }

    /// <summary>A process that outlives the program in a session of its own may hold its outputs open.</summary>
    private static async Task AwaitOutputAsync(Task copying, TaskContext context)
    {
        try
        {
            await copying.WaitAsync(LastOutput);
        }
        catch (TimeoutException)
        {
            context.Logger.LogWarning("A process that the program started goes on without it; what it writes is not waited for");
        }
    }

    /// <summary>What the program left there is no reason to lose its result.</summary>
    private static void Remove(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
        catch (Exception e)
        {
            Console.Error.WriteLine($"{folder} cannot be removed: {e.Message}");
        }
    }
}

/// <summary>How a program ended.</summary>
/// <param name="Code">Its exit code; of one that a signal ended, 128 and the signal.</param>
/// <param name="Result">The last line of its output; null when there is none.</param>
/// <param name="Errors">The last lines of its standard error.</param>
internal sealed record ProgramEnd(int Code, OutputLine? Result, string Errors)
{
    /// <summary>What a message says of standard error.</summary>
    public string Complaint => Errors.Length == 0 ? "; it wrote nothing to standard error" : $": {Errors}";
}
