namespace TaskQueue.Queues.Files;

/// <summary>Tasks that nobody leases until they are put back.</summary>
internal static class ParkedTable
{
    public static bool Add(Database database, Lease lease, string reason)
    {
        var copied = database.Prepare("""
            INSERT INTO parked (sequence, attempts, parked_at, reason, task, id, body)
            SELECT sequence, attempts, ?3, ?4, task, id, body FROM tasks WHERE sequence = ?1 AND token = ?2
            """)
            .Bind(1, lease.Sequence).Bind(2, lease.Token)
            .Bind(3, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()).Bind(4, reason).Run();
        if (copied == 0)
            return false;

        database.Prepare("DELETE FROM tasks WHERE sequence = ?1").Bind(1, lease.Sequence).Run();
        return true;
    }

    public static IEnumerable<ParkedMessage> List(Database database)
    {
        var rows = database.Prepare("SELECT task, id, attempts, reason, parked_at FROM parked ORDER BY parked_at, sequence");
        while (rows.Step())
            yield return new ParkedMessage(
                new MessageKey(rows.Text(0), rows.Text(1)), (int)rows.Int64(2), rows.Text(3),
                DateTimeOffset.FromUnixTimeMilliseconds(rows.Int64(4)));
    }

    public static long PutBack(Database database, Func<MessageKey, bool> selected)
    {
        var all = database.Prepare("SELECT sequence, task, id FROM parked ORDER BY sequence");
        var sequences = new List<long>();
        while (all.Step())
            if (selected(new MessageKey(all.Text(1), all.Text(2))))
                sequences.Add(all.Int64(0));

        // A new sequence: a task that was put back is a fresh one.
        var copy = database.Prepare("INSERT INTO tasks (task, id, body) SELECT task, id, body FROM parked WHERE sequence = ?1");
        var remove = database.Prepare("DELETE FROM parked WHERE sequence = ?1");
        foreach (var sequence in sequences)
        {
            copy.Bind(1, sequence).Run();
            remove.Bind(1, sequence).Run();
        }
        return sequences.Count;
    }

    public static long RemoveAll(Database database) => database.Prepare("DELETE FROM parked").Run();

    public static long Count(Database database) => database.Prepare("SELECT count(*) FROM parked").Scalar();
}
