namespace TaskQueue.Queues.Files;

/// <summary>Leases on the table of tasks. Every change of a leased task is conditional on its fencing token.</summary>
internal sealed class LeaseTable
{
    /// <summary>A time further ahead than the longest lease means that the clock was set back: the lease counts as over.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    private long _token = Random.Shared.NextInt64(1, long.MaxValue / 2);

    /// <summary>No fresh task has a lower sequence: only higher ones are ever inserted.</summary>
    private long _lowestFresh;

    private static long Now => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    /// <summary>Takes overdue tasks first, a suspect alone, then fresh ones in the order of their insertion.</summary>
    public List<Lease> Take(Database database, int max, TimeSpan duration, Func<long, bool> isHeld)
    {
        var until = Now + (long)duration.TotalMilliseconds;
        var token = ++_token;
        var overdue = FindOverdue(database, max, isHeld);
        if (overdue is [{ IsSuspect: true } suspect, ..])
            return TakeOverdue(database, [suspect], until, token);

        var leases = TakeOverdue(database, overdue.TakeWhile(task => !task.IsSuspect), until, token);
        if (leases.Count < max)
            TakeFresh(database, max - leases.Count, until, token, leases);
        return leases;
    }

    /// <summary>Takes tasks that nobody holds, delayed ones too, and counts no attempt.</summary>
    /// <remarks>Its tokens are negative: nobody is a suspect because a move died.</remarks>
    public List<Lease> Hold(Database database, int max, TimeSpan duration)
    {
        var token = -++_token;
        var take = database.Prepare("""
            UPDATE tasks SET due = ?1, token = ?2 WHERE sequence IN
                (SELECT sequence FROM tasks WHERE token = 0 OR due <= ?3 OR due > ?4 ORDER BY sequence LIMIT ?5)
            RETURNING sequence, attempts, body
            """);
        take.Bind(1, Now + (long)duration.TotalMilliseconds).Bind(2, token);
        take.Bind(3, Now).Bind(4, Now + (long)Longest.TotalMilliseconds).Bind(5, max);
        var leases = new List<Lease>();
        Read(take, token, isSuspect: false, leases);
        return leases;
    }

    public static bool[] Remove(Database database, IReadOnlyList<Lease> leases)
    {
        var remove = database.Prepare("DELETE FROM tasks WHERE sequence = ?1 AND token = ?2");
        return ForEach(leases, lease => remove.Bind(1, lease.Sequence).Bind(2, lease.Token));
    }

    public static bool[] Extend(Database database, IReadOnlyList<Lease> leases, TimeSpan duration)
    {
        var until = Now + (long)duration.TotalMilliseconds;
        var extend = database.Prepare("UPDATE tasks SET due = ?3 WHERE sequence = ?1 AND token = ?2");
        return ForEach(leases, lease => extend.Bind(1, lease.Sequence).Bind(2, lease.Token).Bind(3, until));
    }

    public static bool[] GiveBack(Database database, IReadOnlyList<Lease> leases, TimeSpan delay, bool refund)
    {
        var due = Now + (long)delay.TotalMilliseconds;
        var giveBack = database.Prepare(
            "UPDATE tasks SET due = ?3, token = 0, attempts = attempts - ?4 WHERE sequence = ?1 AND token = ?2");
        return ForEach(leases, lease =>
            giveBack.Bind(1, lease.Sequence).Bind(2, lease.Token).Bind(3, due).Bind(4, refund ? 1 : 0));
    }

    public static long ReleaseAll(Database database) =>
        database.Prepare("UPDATE tasks SET due = ?1, token = 0 WHERE due > 0").Bind(1, Now).Run();

    public static long RemoveAll(Database database)
    {
        // An unconditional DELETE truncates the table, and SQLite counts the rows all the same.
        return database.Prepare("DELETE FROM tasks").Run();
    }

    public static QueueCounts Count(Database database)
    {
        var all = database.Prepare("SELECT count(*) FROM tasks").Scalar();
        var leased = database.Prepare("SELECT count(*) FROM tasks WHERE due > 0 AND due > ?1 AND token <> 0").Bind(1, Now).Scalar();
        return new QueueCounts(all - leased, leased, ParkedTable.Count(database));
    }

    /// <remarks>"due > 0" stands in every condition, because SQLite takes a partial index only where it sees the index's own.</remarks>
    private static List<(long Sequence, bool IsSuspect)> FindOverdue(Database database, int max, Func<long, bool> isHeld)
    {
        var find = database.Prepare("""
            SELECT sequence, token FROM tasks WHERE due > 0 AND due <= ?1
            UNION ALL SELECT sequence, token FROM tasks WHERE due > 0 AND due > ?2
            """);
        find.Bind(1, Now).Bind(2, Now + (long)Longest.TotalMilliseconds);
        var found = new List<(long, bool)>();
        while (found.Count < max && find.Step())
            if (!isHeld(find.Int64(0)))
                found.Add((find.Int64(0), find.Int64(1) > 0));
        find.Reset();
        return found;
    }

    private static List<Lease> TakeOverdue(Database database, IEnumerable<(long Sequence, bool IsSuspect)> tasks, long until, long token)
    {
        var take = database.Prepare(
            "UPDATE tasks SET due = ?2, token = ?3, attempts = attempts + 1 WHERE sequence = ?1 RETURNING sequence, attempts, body");
        var leases = new List<Lease>();
        foreach (var (sequence, isSuspect) in tasks)
            Read(take.Bind(1, sequence).Bind(2, until).Bind(3, token), token, isSuspect, leases);
        return leases;
    }

    private void TakeFresh(Database database, int max, long until, long token, List<Lease> leases)
    {
        var take = database.Prepare("""
            UPDATE tasks SET due = ?1, token = ?2, attempts = attempts + 1 WHERE sequence IN
                (SELECT sequence FROM tasks WHERE sequence >= ?3 AND due = 0 ORDER BY sequence LIMIT ?4)
            RETURNING sequence, attempts, body
            """);
        var before = leases.Count;
        Read(take.Bind(1, until).Bind(2, token).Bind(3, _lowestFresh).Bind(4, max), token, isSuspect: false, leases);
        for (var i = before; i < leases.Count; i++)
            _lowestFresh = Math.Max(_lowestFresh, leases[i].Sequence + 1);
    }

    private static void Read(Statement rows, long token, bool isSuspect, List<Lease> leases)
    {
        while (rows.Step())
            leases.Add(new Lease(rows.Int64(0), token, (int)rows.Int64(1), isSuspect, rows.Blob(2)));
    }

    private static bool[] ForEach(IReadOnlyList<Lease> leases, Func<Lease, Statement> change)
    {
        var held = new bool[leases.Count];
        for (var i = 0; i < held.Length; i++)
            held[i] = change(leases[i]).Run() > 0;
        return held;
    }
}
