using TaskQueue.Contracts;
using TaskQueue.Storage;

namespace TaskQueue.Records.Journals;

/// <summary>The segments that one worker writes for one run of a task. Not for two writes at once.</summary>
/// <remarks>
/// In a folder a segment is a file that grows. In a bucket objects never change: each write is a new object, and small
/// ones are merged into one before they are deleted, so that readers, who take each id once, are right at every moment.
/// No name is written twice: a request that comes late can undo nothing.
/// </remarks>
/// <param name="store">Where to.</param>
/// <param name="newName">Gives a name that nobody else ever uses.</param>
internal sealed class RunJournal(IObjectStore store, Func<string> newName) : IAsyncDisposable
{
    public const int MergedRows = 256;
    public const int MergedBytes = 1 << 20;

    private const long MostBytesInFile = 64L << 20;

    /// <summary>Several at once: a worker that leaves may have 255 parts, and a bucket takes 30 ms for each.</summary>
    private static readonly ParallelOptions Deletes = new() { MaxDegreeOfParallelism = 8 };

    private IAppendedFile? _file;
    private long _fileBytes;
    private List<Part> _parts = [];
    private Task _merging = Task.CompletedTask;

    /// <summary>Writes lines. They are durable when it returns, or some of them may be when it throws.</summary>
    /// <param name="lines">Whole lines.</param>
    /// <param name="rows">How many.</param>
    public Task WriteAsync(byte[] lines, int rows) => store.CanAppend ? AppendAsync(lines) : PutAsync(new Part(newName(), rows, lines));

    public static byte[] Join(IReadOnlyList<byte[]> lines)
    {
        var all = new byte[lines.Sum(line => line.Length)];
        var length = 0;
        foreach (var line in lines)
        {
            line.CopyTo(all, length);
            length += line.Length;
        }
        return all;
    }

    public async ValueTask DisposeAsync()
    {
        EndFile();
        Merge();
        await _merging;
    }

    private async Task AppendAsync(ReadOnlyMemory<byte> lines)
    {
        try
        {
            _file ??= await store.CreateAppendedAsync(newName());
            await _file.AppendAsync(lines);
        }
        catch
        {
            // Nobody knows what of it is on the disk.
            EndFile();
            throw;
        }
        _fileBytes += lines.Length;
        if (_fileBytes >= MostBytesInFile)
            EndFile();
    }

    private void EndFile()
    {
        _file?.Dispose();
        (_file, _fileBytes) = (null, 0);
    }

    private async Task PutAsync(Part part)
    {
        await WriteNewAsync(part);
        if (part.IsLarge)
            return;

        _parts.Add(part);
        if (_parts.Sum(small => small.Rows) >= MergedRows || _parts.Sum(small => small.Lines.Length) >= MergedBytes)
            Merge();
    }

    private void Merge()
    {
        if (_parts.Count > 1)
            _merging = MergeAsync(_merging, _parts);
        _parts = [];
    }

    private async Task MergeAsync(Task before, List<Part> parts)
    {
        await before;
        try
        {
            await WriteNewAsync(new Part(newName(), parts.Sum(part => part.Rows), Join([.. parts.Select(part => part.Lines)])));
            await Parallel.ForEachAsync(parts, Deletes, async (part, stop) => await store.DeleteAsync(part.Name, stop));
        }
        catch (Exception)
        {
            // The parts that are still there hold what the merged object would.
        }
    }

    private async Task WriteNewAsync(Part part)
    {
        if (!await store.WriteIfAbsentAsync(part.Name, part.Lines))
            throw new TaskQueueException(ExitCode.InputOutput, $"'{part.Name}' is in {store.Location} already.", next: "Nobody but its worker may write there.");
    }

    private sealed record Part(string Name, int Rows, byte[] Lines)
    {
        public bool IsLarge => Rows >= MergedRows || Lines.Length >= MergedBytes;
    }
}
