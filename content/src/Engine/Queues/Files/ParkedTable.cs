namespace TaskQueue.Queues.Files;

/// <summary>Tasks that nobody leases until they are put back.</summary>
internal sealed class ParkedTable(Database database)
{
    /// <summary>Bytes of the bodies that are read at once.</summary>
    private const long BatchBytes = 32 << 20;

    public bool Add(Lease lease, string reason, int attempts, DateTimeOffset at) => database.Write(_ =>
    {
        var copied = database.Prepare("""
            INSERT INTO parked (sequence, attempts, parked_at, reason, task, id, run, body)
            SELECT sequence, ?3, ?4, ?5, task, id, run, body FROM tasks WHERE sequence = ?1 AND token = ?2
            """)
            .Bind(1, lease.Sequence).Bind(2, lease.Token)
            .Bind(3, attempts).Bind(4, at.ToUnixTimeMilliseconds()).Bind(5, reason).Run();
        if (copied > 0)
            database.Prepare("DELETE FROM tasks WHERE sequence = ?1").Bind(1, lease.Sequence).Run();
        return copied > 0;
    });

    /// <summary>Adds messages from elsewhere, unless they are here already, in any state.</summary>
    /// <remarks>Their sequences are negative, so that no task of this queue will ever have them.</remarks>
    public int Add(IEnumerable<TakenMessage> messages) => database.Write(_ => Add(database, messages));

    /// <inheritdoc cref="Add(IEnumerable{TakenMessage})"/>
    public static int Add(Database database, IEnumerable<TakenMessage> messages)
    {
        var add = database.Prepare("""
            INSERT OR IGNORE INTO parked (sequence, attempts, parked_at, reason, task, id, body, run)
            SELECT (SELECT min(0, coalesce(min(sequence), 0)) - 1 FROM parked), ?1, ?2, ?3, ?4, ?5, ?6, ?7
            WHERE NOT EXISTS (SELECT 1 FROM tasks WHERE id = ?5 AND task = ?4)
                AND NOT EXISTS (SELECT 1 FROM grouped WHERE id = ?5 AND task = ?4)
            """);
        return messages.Sum(message => add
            .Bind(1, message.Parking!.Attempts).Bind(2, message.Parking.At.ToUnixTimeMilliseconds()).Bind(3, message.Parking.Reason)
            .Bind(4, message.Key.Task).Bind(5, message.Key.Id).BindBlob(6, message.Body.Span).Bind(7, message.Key.Run ?? "").Run());
    }

    /// <summary>The parked tasks that follow a sequence.</summary>
    /// <param name="after">The sequence.</param>
    /// <param name="max">The most; fewer where their bodies are large.</param>
    /// <param name="withBodies">Whether their bodies are read.</param>
    public List<ParkedTask> Read(long after, int max, bool withBodies) => database.Read(_ =>
    {
        var rows = database.Prepare("""
            SELECT sequence, task, id, attempts, reason, parked_at, CASE WHEN ?2 OR id = '' THEN body ELSE x'' END, run
            FROM parked WHERE sequence > ?1 ORDER BY sequence
            """);
        rows.Bind(1, after).Bind(2, withBodies ? 1 : 0);
        var (found, bytes) = (new List<ParkedTask>(), 0L);
        while (found.Count < max && bytes < BatchBytes && rows.Step())
        {
            var (id, body) = (rows.Text(2), rows.Blob(6));
            var key = id.Length > 0 ? new MessageKey(rows.Text(1), id, rows.Text(7) is { Length: > 0 } run ? run : null) : MessageKey.Of(body);
            var parking = new Parking((int)rows.Int64(3), rows.Text(4), DateTimeOffset.FromUnixTimeMilliseconds(rows.Int64(5)));
            found.Add(new ParkedTask(rows.Int64(0), key, body, parking));
            bytes += body.Length;
        }
        rows.Reset();
        return found;
    });

    /// <summary>Makes parked tasks fresh ones, with new sequences; those that are no longer parked are left out.</summary>
    public List<MessageKey> PutBack(IReadOnlyList<ParkedTask> tasks) => database.Write(_ =>
    {
        var remove = database.Prepare("DELETE FROM parked WHERE sequence = ?1 AND parked_at = ?2");
        var insert = database.Prepare("INSERT OR IGNORE INTO tasks (task, id, body, run) VALUES (?1, ?2, ?3, ?4)");
        var putBack = tasks.Where(task => remove.Bind(1, task.Sequence).Bind(2, task.Parking.At.ToUnixTimeMilliseconds()).Run() > 0).ToList();
        foreach (var task in putBack)
            insert.Bind(1, task.Key.Task).Bind(2, task.Key.Id).BindBlob(3, TaskMessage.MarkRepeat(task.Body, isFresh: true).Span).Bind(4, task.Key.Run ?? "").Run();
        return putBack.ConvertAll(task => task.Key);
    });

    public void Remove(IEnumerable<long> sequences) => database.Write(_ =>
    {
        var remove = database.Prepare("DELETE FROM parked WHERE sequence = ?1");
        return sequences.Sum(sequence => remove.Bind(1, sequence).Run());
    });

    public static long Count(Database database) => database.Prepare("SELECT count(*) FROM parked").Scalar();
}

/// <param name="Sequence">The number that it had as a task.</param>
/// <param name="Key">Task and row.</param>
/// <param name="Body">The message's JSON; empty when it was not asked for.</param>
/// <param name="Parking">How it came to be parked.</param>
internal sealed record ParkedTask(long Sequence, MessageKey Key, ReadOnlyMemory<byte> Body, Parking Parking);
