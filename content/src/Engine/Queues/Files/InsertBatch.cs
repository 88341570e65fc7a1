using System.Text;

namespace TaskQueue.Queues.Files;

/// <summary>Inserts one batch of messages, within a transaction.</summary>
/// <remarks>Written for speed: what is the same for all rows is bound once, and changes are counted by the batch.</remarks>
internal sealed class InsertBatch(Database database, TimeProvider clock)
{
    private const int MostRows = 50_000;
    private const long MostBytes = 32 << 20;

    private const string New = "INSERT OR IGNORE INTO tasks (task, id, body, run) VALUES (?1, ?2, ?3, ?4)";

    private const string NewUnlessParked = """
        INSERT OR IGNORE INTO tasks (task, id, body, run)
        SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS (SELECT 1 FROM parked WHERE id = ?2 AND task = ?1)
        """;

    /// <summary>A row that was leased once keeps a due time: workers look for fresh ones beyond those that they have leased.</summary>
    private const string Replace = """
        INSERT INTO tasks (task, id, body, run) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (id, task) DO UPDATE SET body = ?3, run = ?4, attempts = 0, token = 0, due = min(due, 1) WHERE token = 0 OR due <= ?5
        """;

    private readonly List<string> _running = [];
    private int _inOtherRuns;

    /// <returns>Null when there are no more messages.</returns>
    public InsertedBatch? Fill(IEnumerator<QueuedMessage> source)
    {
        var insert = database.Prepare(ParkedTable.Count(database) == 0 ? New : NewUnlessParked);
        var before = database.TotalChanges;
        var (task, run, rows, bytes, known) = ((string?)null, (string?)null, 0, 0L, before);
        var replaced = 0;
        while (rows < MostRows && bytes < MostBytes && source.MoveNext())
        {
            var message = source.Current;
            rows++;
            bytes += message.Body.Length;
            if (message.Again)
            {
                replaced += ReplaceHeldByNobody(message);
                continue;
            }
            if (message.Task != task)
                insert.Bind(1, task = message.Task);
            if (message.Run != run || rows == 1)
                insert.Bind(4, (run = message.Run) ?? "");
            insert.BindText(2, message.Id.Span).BindBlob(3, message.Body.Span).Step();
            if (database.TotalChanges is var changes && changes == known)
                Look(message);
            known = changes;
        }
        var queued = replaced > 0 ? replaced : (int)(database.TotalChanges - before);
        return rows == 0 ? null : new InsertedBatch(queued, rows - queued) { InOtherRuns = _inOtherRuns, Running = _running.Count == 0 ? Array.Empty<string>() : _running };
    }

    private int ReplaceHeldByNobody(QueuedMessage message)
    {
        var changed = database.Prepare(Replace)
            .Bind(1, message.Task).BindText(2, message.Id.Span).BindBlob(3, message.Body.Span).Bind(4, message.Run ?? "")
            .Bind(5, clock.GetUtcNow().ToUnixTimeMilliseconds()).Run();
        if (changed == 0)
        {
            _inOtherRuns++;
            if (_running.Count < RunTasks.MostNamed)
                _running.Add(Encoding.UTF8.GetString(message.Id.Span));
            return 0;
        }
        database.Prepare("DELETE FROM parked WHERE id = ?1 AND task = ?2").BindText(1, message.Id.Span).Bind(2, message.Task).Run();
        return 1;
    }

    /// <summary>Counts a row that is there already, if it stays in another run.</summary>
    private void Look(QueuedMessage message)
    {
        var same = database.Prepare("""
            SELECT (SELECT count(*) FROM tasks WHERE id = ?1 AND task = ?2 AND run = ?3) + (SELECT count(*) FROM parked WHERE id = ?1 AND task = ?2 AND run = ?3)
            """).BindText(1, message.Id.Span).Bind(2, message.Task).Bind(3, message.Run ?? "").Scalar();
        _inOtherRuns += same == 0 ? 1 : 0;
    }
}
