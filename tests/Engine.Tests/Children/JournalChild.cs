using TaskQueue.Records;
using TaskQueue.Storage.Folder;

namespace TaskQueue.Tests.Children;

/// <summary>A process that reads more done rows than its memory holds.</summary>
internal static class JournalChild
{
    /// <param name="args">A folder and a task; how many rows it has goes to stdout.</param>
    public static async Task ReadAsync(string[] args)
    {
        var rows = 0;
        await foreach (var row in new RecordStore(new FolderStore(args[0])).ReadDoneAsync(args[1]))
            rows += row.Row == rows ? 1 : throw new InvalidOperationException($"Row {row.Row} is out of order.");
        await Console.Out.WriteLineAsync($"{rows}");
    }
}
