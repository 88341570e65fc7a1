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
/// <param name="nameOf">The name of a segment by its number.</param>
/// <param name="newNumber">Gives the next number, which nobody else ever uses.</param>
/// <param name="counted">What was written before.</param>
internal sealed class RunJournal(IObjectStore store, Func<int, string> nameOf, Func<int> newNumber, JournalCount counted) : IAsyncDisposable
{
    public const int MergedRows = 256;
    public const int MergedBytes = 1 << 20;

    private const long MostBytesInFile = 64L << 20;

    /// <summary>Several at once: a worker that leaves may have 255 parts, and a bucket takes 30 ms for each.</summary>
    private static readonly ParallelOptions Deletes = new() { MaxDegreeOfParallelism = 8 };

    private IAppendedFile? _file;
    private int _fileNumber;
    private long _fileBytes;
    private List<Part> _parts = [];
    private int _mergedNumber;
    private Task _merging = Task.CompletedTask;

    /// <summary>What was written so far.</summary>
    public JournalCount Counted { get; private set; } = counted;

    /// <summary>Writes lines. They are durable when it returns, or some of them may be when it throws.</summary>
    /// <param name="lines">Whole lines.</param>
    /// <param name="rows">How many.</param>
    /// <param name="results">How many of them have a result.</param>
    public async Task WriteAsync(byte[] lines, int rows, int results)
    {
        if (store.CanAppend)
            await AppendAsync(lines, rows, results);
        else
            await PutAsync(lines, rows, results);
    }

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

    private async Task AppendAsync(byte[] lines, int rows, int results)
    {
        try
        {
            _file ??= await store.CreateAppendedAsync(nameOf(_fileNumber = newNumber()));
            await _file.AppendAsync(lines);
        }
        catch
        {
            // Nobody knows what of it is on the disk.
            EndFile();
            throw;
        }
        _fileBytes += lines.Length;
        Counted = Counted with
        {
            Rows = Counted.Rows + results,
            Before = Counted.Before + rows - results,
            Segment = _fileNumber,
            Bytes = _fileBytes,
        };
        if (_fileBytes >= MostBytesInFile)
            EndFile();
    }

    private void EndFile()
    {
        _file?.Dispose();
        (_file, _fileBytes) = (null, 0);
    }

    private async Task PutAsync(byte[] lines, int rows, int results)
    {
        var isLarge = rows >= MergedRows || lines.Length >= MergedBytes;
        // The merged object has a number below those of its parts: a record that counts a part knows of it.
        if (!isLarge && _parts.Count == 0)
            _mergedNumber = newNumber();
        var part = new Part(newNumber(), rows, results, lines);
        await WriteNewAsync(part.Number, lines);
        if (!isLarge)
            _parts.Add(part);
        Counted = Counted with
        {
            Rows = Counted.Rows + results,
            Before = Counted.Before + rows - results,
            Segment = part.Number,
            Bytes = lines.Length,
            Merged = _parts.Count > 0 ? _mergedNumber : 0,
            MergedRows = _parts.Sum(small => small.Results),
            MergedBefore = _parts.Sum(small => small.Rows - small.Results),
        };
        if (_parts.Sum(small => small.Rows) >= MergedRows || _parts.Sum(small => small.Lines.Length) >= MergedBytes)
            Merge();
    }

    private void Merge()
    {
        if (_parts.Count > 1)
            _merging = MergeAsync(_merging, _mergedNumber, _parts);
        _parts = [];
        Counted = Counted with { Merged = 0, MergedRows = 0, MergedBefore = 0 };
    }

    private async Task MergeAsync(Task before, int number, List<Part> parts)
    {
        await before;
        try
        {
            await WriteNewAsync(number, Join([.. parts.Select(part => part.Lines)]));
            await Parallel.ForEachAsync(parts, Deletes, async (part, stop) => await store.DeleteAsync(nameOf(part.Number), stop));
        }
        catch (Exception)
        {
            // The parts that are still there hold what the merged object would.
        }
    }

    private async Task WriteNewAsync(int number, byte[] lines)
    {
        var name = nameOf(number);
        if (!await store.WriteIfAbsentAsync(name, lines))
            throw new TaskQueueException(ExitCode.InputOutput, $"'{name}' is in {store.Location} already.", next: "Nobody but its worker may write there.");
    }

    private sealed record Part(int Number, int Rows, int Results, byte[] Lines);
}
