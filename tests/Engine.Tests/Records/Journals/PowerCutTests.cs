using System.Text;
using TaskQueue.Records.Journals;
using TaskQueue.Storage.Folder;
using TaskQueue.Tests.Worker;
using static TaskQueue.Tests.Records.Journals.TestLines;

namespace TaskQueue.Tests.Records.Journals;

/// <summary>What a machine that loses its power leaves of the bytes after the last sync: any of them, or others.</summary>
public sealed class PowerCutTests : IDisposable
{
    private const int PageBytes = 4096;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_tail_that_is_cut_anywhere_costs_no_acknowledged_line()
    {
        var (kept, tail) = (Lines(1, 3, 100), Lines(4, 5, 50));
        for (var length = 0; length <= tail.Length; length++)
        {
            var (ids, damaged) = await ReopenAsync([.. kept, .. tail.AsSpan(0, length)]);
            var whole = tail.AsSpan(0, length).Count((byte)'\n');
            Assert.Equal(Ids(3 + whole), ids);
            Assert.Equal(length > 0 && tail[length - 1] != '\n' ? 1 : 0, damaged);
        }
    }

    [Fact]
    public async Task Any_rest_of_a_tail_gives_no_wrong_row_and_costs_no_acknowledged_line()
    {
        var seed = Nightly.Number("TASKQUEUE_TEST_SEED", Environment.TickCount);
        TestContext.Current.SendDiagnosticMessage($"TASKQUEUE_TEST_SEED={seed}");
        var random = new Random(seed);
        for (var round = 0; round < Nightly.Number("TASKQUEUE_POWER_CUTS", 300); round++)
        {
            var acknowledged = random.Next(1, 20);
            var written = acknowledged + random.Next(1, 40);
            var most = random.Next(1, 2) * random.Next(1, 9000);
            var kept = Lines(1, acknowledged, most);
            byte[] file = [.. kept, .. Lines(acknowledged + 1, written, most)];

            var left = Harm(file, kept.Length, random);
            var (ids, damaged) = await ReopenAsync(left);

            var why = $"seed {seed}, round {round}";
            Assert.True(Ids(acknowledged).All(ids.Contains), why);
            Assert.True(ids.Distinct().Count() == ids.Count, why);
            Assert.True(ids.All(Ids(written).Contains), why);
            Assert.True(ids.Count + damaged == left.Count(b => b == '\n') + (left[^1] == '\n' ? 0 : 1), why);
        }
    }

    private static byte[] Lines(int first, int last, int most) => Enumerable.Range(first, last - first + 1)
        .SelectMany(id => Line(Done($"{id}", row: id, length: id * 7919 % most))).ToArray();

    /// <summary>Bytes before <paramref name="synced"/> are safe.</summary>
    private static byte[] Harm(byte[] file, int synced, Random random)
    {
        var end = random.Next(synced, file.Length + 1);
        switch (random.Next(4))
        {
            case 0:
                return file[..end];
            case 1:
                Array.Clear(file, end, file.Length - end);
                return file;
            case 2:
                return Shuffle(file, synced, random);
            default:
                return [.. Shuffle(file, synced, random)[..end], .. new byte[random.Next(2) * random.Next(3 * PageBytes)]];
        }
    }

    /// <summary>Pages change places, or were never written, or hold what was there before.</summary>
    private static byte[] Shuffle(byte[] file, int synced, Random random)
    {
        var first = (synced + PageBytes - 1) / PageBytes * PageBytes;
        if (random.Next(2) == 0)
            Array.Clear(file, synced, Math.Min(first, file.Length) - synced);
        var pages = file.Skip(first).Chunk(PageBytes).ToArray();
        random.Shuffle(pages);
        foreach (var page in pages)
        {
            if (random.Next(4) == 0)
                Array.Clear(page);
            else if (random.Next(4) == 0)
                random.NextBytes(page.AsSpan(random.Next(page.Length)));
        }
        return [.. file[..Math.Min(first, file.Length)], .. pages.SelectMany(page => page)];
    }

    /// <summary>Reads what is left; every row must be one that was written.</summary>
    private async Task<(List<string> Ids, long Damaged)> ReopenAsync(byte[] file)
    {
        Directory.CreateDirectory(_folder[Folder]);
        await File.WriteAllBytesAsync(_folder[$"{Folder}old-1.jsonl"], file, Stop);
        var rows = new DoneRows(new FolderStore(_folder.Path), JournalNames.Folder(TaskName));
        var ids = new List<string>();
        await foreach (var row in rows.ReadAsync(Stop))
        {
            ids.Add(row.Id);
            var written = Done(row.Id, row.Row, length: row.Result.GetString()!.Length);
            Assert.Equal(row.Id, $"{row.Row}");
            Assert.Equal(Encoding.UTF8.GetString(Line(written)), Encoding.UTF8.GetString(Line(row)));
        }
        ids.Sort(StringComparer.Ordinal);
        return (ids, rows.Damaged);
    }
}
