using System.Diagnostics;

namespace TaskQueue.Benchmarks;

/// <summary>
/// The whole process of a worker with all defaults, beside the one of python-task-queue (seung-lab on GitHub) with the
/// tasks of python-task-queue/tasks.py: from the start of the program until it has drained its queue and is gone.
/// </summary>
internal static class PythonTaskQueue
{
    private const int Rows = 20_000;
    private const string Python = "/usr/bin/python3";

    /// <summary>The environment variable that names the folder in which the package <c>taskqueue</c> lies.</summary>
    private const string Variable = "PYTHON_TASK_QUEUE";

    private static string Folder => Path.Join(AppContext.BaseDirectory.Split("/tests/benchmarks/")[0], "tests", "benchmarks", "python-task-queue");

    /// <param name="folder">For tables, projects and queues.</param>
    public static async Task RunAsync(string folder)
    {
        var package = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(package))
            Console.WriteLine($"python-task-queue is left out: {Variable}=FOLDER names a clone of github.com/seung-lab/python-task-queue.");
        else if (!Directory.Exists(Path.Join(package, "taskqueue")))
            throw new DirectoryNotFoundException($"{Variable}={package} holds no folder taskqueue.");

        var tables = Directory.CreateDirectory(Path.Join(folder, "whole-process")).FullName;
        await Node.RunAsync("tables/write-benchmark.mjs", tables, $"{Rows}");
        var table = Path.Join(tables, "lz4.feather");
        List<(string, Func<Task<double>>)> candidates = [("ours", () => DrainOursAsync(NewFolder(folder), table))];
        if (package is { Length: > 0 })
            candidates.Add(("theirs", () => DrainTheirsAsync(NewFolder(folder), Path.GetFullPath(package))));
        var medians = await Measure.MediansAsync(candidates);

        Measure.Print("one worker with the defaults, whole process", medians[0], "tasks/s");
        if (medians is not [var ours, var theirs])
            return;
        Measure.Print("python-task-queue, whole process", theirs, "tasks/s");
        Measure.Print("one worker, per cent of python-task-queue", 100 * ours / theirs, "%");
        Console.WriteLine(
            "Our worker keeps a record with the result of each task and syncs it before the task leaves the queue; "
            + "python-task-queue keeps no results and syncs nothing.");
    }

    private static async Task<double> DrainOursAsync(string project, string table)
    {
        await Child.RunAsync("insert", project, table);
        var started = Stopwatch.GetTimestamp();
        var numbers = await Child.RunAsync("work", project, "fq://queue", $"{Kept.All}", "1", "0");
        var rate = Rows / Stopwatch.GetElapsedTime(started).TotalSeconds;
        return numbers[2] == Rows ? rate : throw new InvalidOperationException($"{numbers[2]} of {Rows} tasks were run.");
    }

    private static async Task<double> DrainTheirsAsync(string folder, string package)
    {
        await RunAsync(folder, package, "insert");
        var started = Stopwatch.GetTimestamp();
        await RunAsync(folder, package, "drain");
        return Rows / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task RunAsync(string folder, string package, string verb)
    {
        var start = new ProcessStartInfo(Python, ["tasks.py", verb, Path.Join(folder, "queue"), $"{Rows}"])
        {
            WorkingDirectory = Folder,
            RedirectStandardError = true,
        };
        start.Environment["PYTHONPATH"] = package;
        // The package makes folders for secrets in the home; the insert compiles it for the drain.
        start.Environment["HOME"] = folder;
        start.Environment["PYTHONPYCACHEPREFIX"] = Path.Join(folder, "compiled");
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"python-task-queue's {verb} ended with {process.ExitCode}: {error}");
    }

    private static string NewFolder(string folder) => Directory.CreateDirectory(Path.Join(folder, Path.GetRandomFileName())).FullName;
}
