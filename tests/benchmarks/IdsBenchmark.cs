using System.Diagnostics;
using System.Globalization;
using System.Text;
using TaskQueue.Commands;
using TaskQueue.Contracts;
using TaskQueue.Tables;

namespace TaskQueue.Benchmarks;

/// <summary>A row of the tables of <see cref="IdsBenchmark"/>.</summary>
internal sealed record NamedParameters([property: TaskId] string Id, double Value);

internal sealed class NamedTask : ITask<NamedParameters, bool>
{
    public Task<bool> RunTask(NamedParameters parameters, TaskContext context, CancellationToken cancellationToken) =>
        Task.FromResult(true);
}

/// <summary>
/// The memory that <c>insert-tasks</c> takes to check 10,000,000 rows for repeated ids and to queue them, once with
/// ascending ids and once with random ones. Takes some minutes, and up to 5 GB of disk for a while.
/// </summary>
internal static class IdsBenchmark
{
    private const int Rows = 10_000_000;

    public static async Task RunAsync()
    {
        await InsertAsync("ascending ids", row => row.ToString("D12", CultureInfo.InvariantCulture));
        await InsertAsync("random UUIDs", _ => Guid.NewGuid().ToString());
    }

    /// <summary>Runs the verb, in a process of its own.</summary>
    /// <returns>Seconds, and megabytes at the peak.</returns>
    public static async Task<double[]> InsertAsync(string folder)
    {
        Environment.CurrentDirectory = folder;
        var output = Console.Out;
        var watch = Stopwatch.StartNew();
        var code = await TaskQueueProgram.RunAsync(["insert-tasks", "--task", "named"], typeof(NamedTask).Assembly);
        Console.SetOut(output);
        return code == 0
            ? [watch.Elapsed.TotalSeconds, Child.PeakMemory()]
            : throw new InvalidOperationException($"insert-tasks ended with {code}.");
    }

    private static async Task InsertAsync(string name, Func<int, string> id)
    {
        var folder = Directory.CreateTempSubdirectory("benchmark-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Join(folder, "config"));
            WriteTable(Path.Join(folder, "tasks.feather"), id);
            var numbers = await Child.RunAsync("insert-ids", folder);
            Measure.Print($"{Rows:N0} rows, {name}", Rows / numbers[0], "tasks/s");
            Measure.Print($"{Rows:N0} rows, {name}, peak memory", numbers[1], "MB");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void WriteTable(string path, Func<int, string> id)
    {
        using var file = File.Create(path);
        var writer = new FeatherWriter(file, [new("id", ColumnKind.Text), new("value", ColumnKind.Float)]);
        for (var row = 0; row < Rows; row++)
        {
            writer.Add(0, Encoding.ASCII.GetBytes(id(row)));
            writer.Add(1, row / 7.0);
            writer.EndRow();
        }

        writer.Complete();
    }
}
