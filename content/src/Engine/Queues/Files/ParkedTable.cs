namespace TaskQueue.Queues.Files;

/// <summary>Tasks that nobody leases until they are put back.</summary>
internal static class ParkedTable
{
    public static bool Add(Database database, Lease lease, string reason, int attempts)
    {
        var copied = database.Prepare("""
            INSERT INTO parked (sequence, attempts, parked_at, reason, task, id, body)
            SELECT sequence, ?5, ?3, ?4, task, id, body FROM tasks WHERE sequence = ?1 AND token = ?2
            """)
            .Bind(1, lease.Sequence).Bind(2, lease.Token)
            .Bind(3, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()).Bind(4, reason).Bind(5, attempts).Run();
        if (copied == 0)
            return false;

        database.Prepare("DELETE FROM tasks WHERE sequence = ?1").Bind(1, lease.Sequence).Run();
        return true;
    }

    public static IEnumerable<ParkedMessage> List(Database database)
    {
        var rows = database.Prepare("SELECT task, id, attempts, reason, parked_at FROM parked ORDER BY parked_at, sequence");
        while (rows.Step())
            yield return new ParkedMessage(new MessageKey(rows.Text(0), rows.Text(1)), ReadParking(rows));
    }

    public static long PutBack(Database database, Func<MessageKey, bool> selected)
    {
        var all = database.Prepare("SELECT sequence, task, id FROM parked ORDER BY sequence");
        var sequences = new List<long>();
        while (all.Step())
            if (selected(new MessageKey(all.Text(1), all.Text(2))))
                sequences.Add(all.Int64(0));

        // A new sequence: a task that was put back is a fresh one.
        var read = database.Prepare("SELECT body FROM parked WHERE sequence = ?1");
        var copy = database.Prepare("INSERT INTO tasks (task, id, body) SELECT task, id, ?2 FROM parked WHERE sequence = ?1");
        var remove = database.Prepare("DELETE FROM parked WHERE sequence = ?1");
        foreach (var sequence in sequences)
        {
            read.Bind(1, sequence).Step();
            var body = read.Blob(0);
            read.Reset();
            copy.Bind(1, sequence).BindBlob(2, TaskMessage.MarkRepeat(body).Span).Run();
            remove.Bind(1, sequence).Run();
        }
        return sequences.Count;
    }

    /// <summary>Adds messages from elsewhere, unless they are here already in whatever state.</summary>
    /// <remarks>Their sequences are negative, so that no task of this queue will ever have them.</remarks>
    public static int Add(Database database, IEnumerable<TakenMessage> messages)
    {
        var add = database.Prepare("""
            INSERT OR IGNORE INTO parked (sequence, attempts, parked_at, reason, task, id, body)
            SELECT (SELECT min(0, coalesce(min(sequence), 0)) - 1 FROM parked), ?1, ?2, ?3, ?4, ?5, ?6
            WHERE NOT EXISTS (SELECT 1 FROM tasks WHERE id = ?5 AND task = ?4)
            """);
        return messages.Sum(message => add
            .Bind(1, message.Parking!.Attempts).Bind(2, message.Parking.At.ToUnixTimeMilliseconds()).Bind(3, message.Parking.Reason)
            .Bind(4, message.Key.Task).Bind(5, message.Key.Id).BindBlob(6, message.Body.Span).Run());
    }

    /// <summary>The parked messages that follow a sequence.</summary>
    public static List<(long Sequence, ReadOnlyMemory<byte> Body, Parking Parking)> Read(Database database, long after, int max)
    {
        var rows = database.Prepare("SELECT sequence, body, attempts, reason, parked_at FROM parked WHERE sequence > ?1 ORDER BY sequence LIMIT ?2");
        rows.Bind(1, after).Bind(2, max);
        var found = new List<(long, ReadOnlyMemory<byte>, Parking)>();
        while (rows.Step())
            found.Add((rows.Int64(0), rows.Blob(1), ReadParking(rows)));
        return found;
    }

    public static int Remove(Database database, IEnumerable<long> sequences)
    {
        var remove = database.Prepare("DELETE FROM parked WHERE sequence = ?1");
        return sequences.Sum(sequence => remove.Bind(1, sequence).Run());
    }

    public static long RemoveAll(Database database) => database.Prepare("DELETE FROM parked").Run();

    public static long Count(Database database) => database.Prepare("SELECT count(*) FROM parked").Scalar();

    /// <summary>Reads the last columns of both selections: attempts, reason, parked_at.</summary>
    private static Parking ReadParking(Statement rows) =>
        new((int)rows.Int64(2), rows.Text(3), DateTimeOffset.FromUnixTimeMilliseconds(rows.Int64(4)));
}
