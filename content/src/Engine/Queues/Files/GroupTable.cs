using System.Text;

namespace TaskQueue.Queues.Files;

/// <summary>The rows of groups. Only within a transaction.</summary>
/// <remarks>
/// A group is one task with more than one of <c>rows</c>; the task's <c>id</c> is that of its first row. The table <c>grouped</c>
/// has the ids of all its rows, so that none is queued twice; a trigger removes them with their task.
/// </remarks>
internal sealed class GroupTable(Database database)
{
    /// <summary>Rows of tasks beyond one each. The index has nothing but groups.</summary>
    public const string MoreRows = "(SELECT coalesce(sum(rows - 1), 0) FROM tasks WHERE rows > 1)";

    public bool IsEmpty => database.Prepare("SELECT EXISTS (SELECT 1 FROM grouped)").Scalar() == 0;

    /// <summary>The group that has a row; 0 when none has.</summary>
    public long Find(string task, string id) =>
        database.Prepare("SELECT sequence FROM grouped WHERE id = ?1 AND task = ?2").Bind(1, id).Bind(2, task).Scalar();

    /// <summary>Adds a group of which no row is queued.</summary>
    /// <param name="message">Names task and run.</param>
    /// <param name="body">With these rows.</param>
    /// <param name="ids">Of its rows, in their order; empty for a row that has none.</param>
    public void Add(in QueuedMessage message, ReadOnlySpan<byte> body, IReadOnlyList<string> ids)
    {
        database.Prepare("INSERT INTO tasks (task, id, body, run, rows) VALUES (?1, ?2, ?3, ?4, ?5)")
            .Bind(1, message.Task).Bind(2, ids.FirstOrDefault(id => id.Length > 0) ?? Encoding.UTF8.GetString(message.Id.Span))
            .BindBlob(3, body).Bind(4, message.Run ?? "").Bind(5, ids.Count).Step();
        if (ids.Count == 1)
            return;
        var sequence = database.Prepare("SELECT last_insert_rowid()").Scalar();
        var add = database.Prepare("INSERT INTO grouped (id, task, sequence) VALUES (?1, ?2, ?3)").Bind(2, message.Task).Bind(3, sequence);
        foreach (var id in ids.Where(id => id.Length > 0))
            add.Bind(1, id).Step();
    }

    /// <summary>Takes rows out of a group, which goes when none is left.</summary>
    public void Remove(long sequence, IReadOnlyCollection<string> removed)
    {
        var rows = database.Prepare("SELECT id FROM grouped WHERE sequence = ?1").Bind(1, sequence);
        var left = new HashSet<string>();
        while (rows.Step())
            left.Add(rows.Text(0));
        left.ExceptWith(removed);
        if (left.Count == 0)
        {
            database.Prepare("DELETE FROM tasks WHERE sequence = ?1").Bind(1, sequence).Run();
            return;
        }
        var group = database.Prepare("SELECT body FROM tasks WHERE sequence = ?1").Bind(1, sequence);
        group.Step();
        var body = RowGroup.Keep(group.Blob(0), left);
        group.Reset();
        database.Prepare("UPDATE tasks SET body = ?2, id = ?3, rows = ?4 WHERE sequence = ?1")
            .Bind(1, sequence).BindBlob(2, body).Bind(3, TaskMessage.TryRead(body)!.Id).Bind(4, left.Count).Run();
        // The id of the only row is that of the task.
        var remove = database.Prepare("DELETE FROM grouped WHERE sequence = ?1 AND id = ?2").Bind(1, sequence);
        foreach (var id in left.Count == 1 ? removed.Concat(left) : removed)
            remove.Bind(2, id).Run();
    }

    /// <summary>Queues what is left of a group, and removes the group, if its lease is held.</summary>
    public static bool Split(Database database, Lease lease, GroupRest rest, long now)
    {
        if (database.Prepare("DELETE FROM tasks WHERE sequence = ?1 AND token = ?2").Bind(1, lease.Sequence).Bind(2, lease.Token).Run() == 0)
            return false;
        // With a due time they come before fresh ones, as what is given back does.
        var add = database.Prepare("INSERT OR IGNORE INTO tasks (task, id, body, run, due) VALUES (?1, ?2, ?3, ?4, ?5)");
        foreach (var row in rest.Ready)
            add.Bind(1, row.Task).BindText(2, row.Id.Span).BindBlob(3, row.Body.Span).Bind(4, row.Run ?? "")
                .Bind(5, now + (long)row.Delay.TotalMilliseconds).Run();
        ParkedTable.Add(database, rest.Parked);
        return true;
    }
}
