using System.Text.Json;
using TaskQueue.Contracts;
using TaskQueue.Tables;

namespace TaskQueue.Tests.Tables;

/// <summary>Reads a file that means harm. It must be a valid table or be refused, and cost little.</summary>
internal static class Hostile
{
    private const long MemoryLimit = 256L << 20;

    // A second is the goal; other tests run beside this one.
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    /// <returns>The refusal; null when every row could be written.</returns>
    public static async Task<TaskQueueException?> Read(string path, string label)
    {
        var reading = Task.Run(() => ReadAll(path));
        try
        {
            var (refusal, allocated) = await reading.WaitAsync(TimeLimit);
            Assert.True(allocated < MemoryLimit, $"{label} took {allocated >> 20} MiB");
            if (refusal is not null)
                CheckRefusal(refusal, label);
            return refusal;
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{label} took longer than {TimeLimit}");
            throw;
        }
    }

    private static (TaskQueueException? Refusal, long Allocated) ReadAll(string path)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        TaskQueueException? refusal = null;
        try
        {
            using var table = FeatherTable.Open(path);
            WriteAll(table);
        }
        catch (TaskQueueException error)
        {
            refusal = error;
        }

        return (refusal, GC.GetAllocatedBytesForCurrentThread() - before);
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

        Assert.Equal(table.RowCount, rows);
    }

    private static void CheckRefusal(TaskQueueException refusal, string label)
    {
        Assert.True(refusal.ExitCode is ExitCode.BadInput, $"{label} gave {refusal.ExitCode}");
        var lines = refusal.Message.Split('\n');
        Assert.True(lines.Length <= 3, $"{label} gave {lines.Length} lines");
        Assert.True(lines.All(line => line.Length < 400 && !line.Any(char.IsControl)),
            $"{label} gave {refusal.Message}");
    }
}
