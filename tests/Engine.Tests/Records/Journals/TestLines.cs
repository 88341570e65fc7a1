using System.Text.Json;
using TaskQueue.Records;
using TaskQueue.Records.Journals;
using TaskQueue.Storage;

namespace TaskQueue.Tests.Records.Journals;

/// <summary>Done rows of one task, and what reads them back.</summary>
internal static class TestLines
{
    public const string TaskName = "Vegetation";
    public const string Run = "r1";
    public const string Folder = $".dltaskqueue/done/{TaskName}/{Run}/";

    /// <summary>A test that waits this long has failed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static DoneRecord Done(string id, long? row = null, string? run = Run, int finished = 0, int length = 0) => new()
    {
        Id = id,
        Row = row,
        Task = TaskName,
        Run = run,
        Parameters = JsonElement.Parse("""{"root_id":864691135000000001,"name":"Übersee \"x\""}"""),
        Result = JsonElement.Parse($"\"{new string('x', length)}\""),
        Started = DateTimeOffset.UnixEpoch,
        Finished = DateTimeOffset.UnixEpoch.AddSeconds(finished),
        Attempt = 1,
        Worker = "w",
        Build = "1",
        PeakMemoryBytes = 1,
    };

    public static byte[] Line(DoneRecord record) => JournalLine.Of(record, RecordJson.Instance.DoneRecord);

    public static byte[] Before(string id) => JournalLine.Of(
        new DoneBefore { Id = id, Task = TaskName, Run = Run, Finished = DateTimeOffset.UnixEpoch, Worker = "w" }, RecordJson.Instance.DoneBefore);

    public static Task AddAsync(this JournalWriter writer, string id, string? run = Run, int length = 0) =>
        writer.AddAsync(Done(id, run: run, length: length));

    public static Task<bool> PutAsync(this IObjectStore store, string segment, params byte[][] lines) =>
        store.WriteIfAbsentAsync(Folder + segment, lines.SelectMany(line => line).ToArray(), Stop);

    /// <summary>The ids of all lines, in order, a repeated one as often as it is there.</summary>
    public static async Task<List<string>> ReadIdsAsync(this IObjectStore store)
    {
        var ids = new List<string>();
        await new JournalReader(store, JournalNames.Folder(TaskName)).ReadNewAsync((_, line) => ids.Add(JournalLine.Read(line).Id), Stop);
        ids.Sort(StringComparer.Ordinal);
        return ids;
    }

    public static ValueTask<List<DoneRecord>> ReadRowsAsync(this IObjectStore store) => new DoneRows(store, JournalNames.Folder(TaskName)).ReadAsync(Stop).ToListAsync(Stop);

    /// <summary>Ids in the order in which <see cref="ReadIdsAsync"/> gives them.</summary>
    public static List<string> Ids(int count) => [.. Enumerable.Range(1, count).Select(number => $"{number}").Order(StringComparer.Ordinal)];

    public static Task Soon(this Task task) => task.WaitAsync(Patience, Stop);
}
