using System.Text;

namespace TaskQueue.Queues.Files;

/// <summary>Inserts one batch of messages, within a transaction.</summary>
/// <remarks>Written for speed: what is the same for all rows is bound once, and what can be asked once for all is not asked for each.</remarks>
internal sealed class InsertBatch(Database database, TimeProvider clock)
{
    private const int MostRows = 50_000;
    private const long MostBytes = 32 << 20;

    private const string New = "INSERT OR IGNORE INTO tasks (task, id, body, run) VALUES (?1, ?2, ?3, ?4)";

    private const string NewUnlessElsewhere = """
        INSERT OR IGNORE INTO tasks (task, id, body, run)
        SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS (SELECT 1 FROM parked WHERE id = ?2 AND task = ?1)
            AND NOT EXISTS (SELECT 1 FROM grouped WHERE id = ?2 AND task = ?1)
        """;

    /// <summary>A row that was leased once keeps a due time: workers look for fresh ones beyond those that they have leased.</summary>
    private const string Replace = """
        INSERT INTO tasks (task, id, body, run) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (id, task) DO UPDATE SET body = ?3, run = ?4, attempts = 0, token = 0, due = min(due, 1) WHERE token = 0 OR due <= ?5
        """;

    private readonly GroupTable _groups = new(database);
    private readonly List<string> _running = [];
    private int _rows;
    private int _queued;
    private int _inOtherRuns;

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <returns>Null when there are no more messages.</returns>
    public InsertedBatch? Fill(IEnumerator<QueuedMessage> source)
    {
        var hasGroups = !_groups.IsEmpty;
        var hasOthers = hasGroups || ParkedTable.Count(database) > 0;
        var insert = database.Prepare(hasOthers ? NewUnlessElsewhere : New);
        var (task, run, bytes) = ((string?)null, (string?)null, 0L);
        while (_rows < MostRows && bytes < MostBytes && source.MoveNext())
        {
            var message = source.Current;
            _rows += message.Rows;
            bytes += message.Body.Length;
            if (message.Rows > 1)
            {
                AddGroup(message);
                if (!hasOthers)
                    (insert, hasOthers, task, run) = (database.Prepare(NewUnlessElsewhere), true, null, null);
                hasGroups = true;
                continue;
            }
            if (message.Again)
            {
                ReplaceHeldByNobody(message, hasGroups);
                continue;
            }
            if (message.Task != task)
                insert.Bind(1, task = message.Task);
            if (message.Run != run || run is null)
                insert.Bind(4, (run = message.Run) ?? "");
            var before = database.TotalChanges;
            insert.BindText(2, message.Id.Span).BindBlob(3, message.Body.Span).Step();
            if (database.TotalChanges > before)
                _queued++;
            else
                Look(message.Task, Encoding.UTF8.GetString(message.Id.Span), message.Run);
        }
        return _rows == 0 ? null : new InsertedBatch(_queued, _rows - _queued) { InOtherRuns = _inOtherRuns, Running = _running.Count == 0 ? Array.Empty<string>() : _running };
    }

    /// <summary>Queues those rows of a group that are not queued yet. A row without an id is queued in any case.</summary>
    private void AddGroup(in QueuedMessage message)
    {
        var ids = RowGroup.RowsOf(TaskMessage.TryRead(message.Body.Span)!).Select(row => row.Id ?? "").Distinct().ToList();
        var wanted = message.Again ? Free(message.Task, ids) : NotQueued(message, ids);
        _queued += wanted.Count;
        if (wanted.Count > 0)
            _groups.Add(message, wanted.Count == message.Rows ? message.Body.Span : RowGroup.Keep(message.Body, wanted.ToHashSet()), wanted);
    }

    private List<string> NotQueued(QueuedMessage message, List<string> ids)
    {
        var find = database.Prepare("""
            SELECT EXISTS (SELECT 1 FROM tasks WHERE id = ?1 AND task = ?2) OR EXISTS (SELECT 1 FROM parked WHERE id = ?1 AND task = ?2)
                OR EXISTS (SELECT 1 FROM grouped WHERE id = ?1 AND task = ?2)
            """).Bind(2, message.Task);
        return ids.FindAll(id =>
        {
            if (id.Length == 0 || find.Bind(1, id).Scalar() == 0)
                return true;
            Look(message.Task, id, message.Run);
            return false;
        });
    }

    /// <summary>Removes messages of rows that nobody holds.</summary>
    /// <returns>The rows that can be queued now.</returns>
    private List<string> Free(string task, List<string> ids)
    {
        var held = database.Prepare("""
            SELECT EXISTS (SELECT 1 FROM tasks WHERE sequence = coalesce(nullif(?3, 0), (SELECT sequence FROM tasks WHERE id = ?1 AND task = ?2))
                AND token <> 0 AND due > ?4)
            """).Bind(2, task).Bind(4, Now);
        var owners = ids.ConvertAll(id => (Id: id, Group: _groups.Find(task, id)));
        var free = owners.FindAll(row => held.Bind(1, row.Id).Bind(3, row.Group).Scalar() == 0);
        foreach (var row in owners.Except(free))
            NoteRunning(row.Id);
        foreach (var group in free.Where(row => row.Group > 0).GroupBy(row => row.Group))
            _groups.Remove(group.Key, [.. group.Select(row => row.Id)]);
        foreach (var table in (string[])["tasks", "parked"])
        {
            var remove = database.Prepare($"DELETE FROM {table} WHERE id = ?1 AND task = ?2").Bind(2, task);
            free.ForEach(row => remove.Bind(1, row.Id).Run());
        }
        return free.ConvertAll(row => row.Id);
    }

    private void ReplaceHeldByNobody(in QueuedMessage message, bool hasGroups)
    {
        var id = hasGroups ? Encoding.UTF8.GetString(message.Id.Span) : "";
        // Of a group, so that the row alone can be replaced.
        if (hasGroups && _groups.Find(message.Task, id) > 0 && Free(message.Task, [id]).Count == 0)
            return;
        var changed = database.Prepare(Replace)
            .Bind(1, message.Task).BindText(2, message.Id.Span).BindBlob(3, message.Body.Span).Bind(4, message.Run ?? "").Bind(5, Now).Run();
        if (changed == 0)
        {
            NoteRunning(Encoding.UTF8.GetString(message.Id.Span));
            return;
        }
        database.Prepare("DELETE FROM parked WHERE id = ?1 AND task = ?2").BindText(1, message.Id.Span).Bind(2, message.Task).Run();
        _queued++;
    }

    private void NoteRunning(string id)
    {
        _inOtherRuns++;
        if (_running.Count < RunTasks.MostNamed)
            _running.Add(id);
    }

    /// <summary>Counts a row that is there already, if it stays in another run.</summary>
    private void Look(string task, string id, string? run)
    {
        var same = database.Prepare("""
            SELECT EXISTS (SELECT 1 FROM tasks WHERE id = ?1 AND task = ?2 AND run = ?3)
                OR EXISTS (SELECT 1 FROM parked WHERE id = ?1 AND task = ?2 AND run = ?3)
                OR EXISTS (SELECT 1 FROM tasks WHERE sequence = (SELECT sequence FROM grouped WHERE id = ?1 AND task = ?2) AND run = ?3)
            """).Bind(1, id).Bind(2, task).Bind(3, run ?? "").Scalar();
        _inOtherRuns += same == 0 ? 1 : 0;
    }
}
