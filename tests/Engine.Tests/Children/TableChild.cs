using System.Diagnostics;
using System.Text.Json;
using TaskQueue.Contracts;
using TaskQueue.Tables;

namespace TaskQueue.Tests.Children;

/// <summary>A process that reads tables which may mean harm, and measures what each costs.</summary>
internal static class TableChild
{
    private const long Large = 64L << 20;

    /// <summary>Reads every row of the tables whose paths come on stdin, a line each; answers each with a line.</summary>
    public static async Task ReadAsync(string[] args)
    {
        await Console.Out.WriteLineAsync("ready");
        while (await Console.In.ReadLineAsync() is { } path)
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(Measure(path)));
    }

    private static TableReading Measure(string path)
    {
        if (Environment.WorkingSet > Large)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        ForgetPeak();
        var before = Environment.CpuUsage.TotalTime;
        var refusal = Read(path);
        return new TableReading(refusal?.ExitCode, refusal?.Message, Environment.CpuUsage.TotalTime - before, Peak());
    }

    private static TaskQueueException? Read(string path)
    {
        try
        {
            using var table = FeatherTable.Open(path);
            WriteAll(table);
            return null;
        }
        catch (TaskQueueException error)
        {
            return error;
        }
    }

    private static void WriteAll(FeatherTable table)
    {
        using var writer = new Utf8JsonWriter(Stream.Null, TableJson.WriterOptions);
        var rows = 0L;
        foreach (var batch in table.ReadBatches())
        {
            for (var row = 0; row < batch.Length; row++)
            {
                TableJson.WriteRow(writer, table, batch, row);
                writer.Flush();
                writer.Reset();
            }

            rows += batch.Length;
        }

        if (table.RowCount != rows)
            throw new UnreachableException($"{rows} rows instead of {table.RowCount}");
    }

    /// <summary>Makes the system measure the peak again (proc_pid_clear_refs(5)).</summary>
    private static void ForgetPeak()
    {
        if (OperatingSystem.IsLinux())
            File.WriteAllText("/proc/self/clear_refs", "5");
    }

    private static long Peak()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}

/// <summary>What became of a table, and what it cost.</summary>
/// <param name="Code">The exit code of its refusal; null when every row could be written.</param>
/// <param name="Message">The refusal.</param>
/// <param name="Processor">Time of the processors.</param>
/// <param name="PeakBytes">Resident memory of the whole process at its largest.</param>
internal sealed record TableReading(ExitCode? Code, string? Message, TimeSpan Processor, long PeakBytes);
