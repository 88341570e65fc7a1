using TaskQueue.Contracts;

namespace TaskQueue.Queues.Files;

/// <summary>The tasks of a queue file by their runs.</summary>
internal sealed class RunTasks(Database database, TimeProvider clock)
{
    /// <summary>Tasks that are named when they cannot be taken over.</summary>
    public const int MostNamed = 5;

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    public IReadOnlyDictionary<string, QueueCounts> Count() => database.Read(_ =>
    {
        var counts = new Dictionary<string, QueueCounts>();
        // No index: it would cost each insert and each acknowledgement more than a look now and then.
        Read("SELECT run, sum(rows) FROM tasks GROUP BY run", count => new(count, 0, 0));
        // Those that were ever leased: the index on due has them, and they are few.
        Read($"SELECT run, sum(rows) FROM tasks WHERE due > 0 AND due > {Now} AND token <> 0 GROUP BY run", count => new(-count, count, 0));
        Read("SELECT run, count(*) FROM parked GROUP BY run", count => new(0, 0, count));
        return counts;

        void Read(string sql, Func<long, QueueCounts> part)
        {
            using var rows = database.PrepareOnce(sql);
            while (rows.Step())
            {
                var (run, more) = (rows.Text(0), part(rows.Int64(1)));
                var known = counts.GetValueOrDefault(run);
                counts[run] = new(known.Ready + more.Ready, known.Leased + more.Leased, known.Parked + more.Parked);
            }
        }
    });

    /// <summary>Tasks that rest before their next attempt.</summary>
    public DelayedTasks CountDelayed() => database.Read(_ =>
    {
        var rows = database.Prepare("SELECT coalesce(sum(rows), 0), min(due) FROM tasks WHERE due > 0 AND due > ?1 AND token = 0").Bind(1, Now);
        rows.Step();
        var delayed = rows.Int64(0) is > 0 and var count
            ? new DelayedTasks(count, TimeSpan.FromMilliseconds(Math.Max(0, rows.Int64(1) - Now)))
            : default;
        rows.Reset();
        return delayed;
    });

    public MessageState Find(string task, string id) => database.Read(_ =>
    {
        var rows = database.Prepare("""
            SELECT due > ?3, token <> 0 FROM tasks WHERE id = ?1 AND task = ?2
            UNION ALL SELECT due > ?3, token <> 0 FROM tasks WHERE sequence = (SELECT sequence FROM grouped WHERE id = ?1 AND task = ?2)
            """).Bind(1, id).Bind(2, task).Bind(3, Now);
        var state = !rows.Step() ? MessageState.Absent
            : rows.Int64(0) == 0 ? MessageState.Ready
            : rows.Int64(1) == 0 ? MessageState.Delayed
            : MessageState.Leased;
        rows.Reset();
        var isParked = database.Prepare("SELECT count(*) FROM parked WHERE id = ?1 AND task = ?2").Bind(1, id).Bind(2, task).Scalar() > 0;
        return isParked ? MessageState.Parked : state;
    });

    /// <summary>Removes tasks of a run that nobody holds, of a range of sequences.</summary>
    public long Remove(string run, long after, long upTo) => database.Write(_ => database
        .Prepare("DELETE FROM tasks WHERE sequence > ?3 AND sequence <= ?4 AND run = ?1 AND (token = 0 OR due <= ?2) RETURNING rows")
        .Bind(1, run).Bind(2, Now).Bind(3, after).Bind(4, upTo).Sum());

    /// <summary>The first and the last sequence; zeros when there are no tasks.</summary>
    public (long First, long Last) Range() => database.Read(_ =>
        (database.Prepare("SELECT min(sequence) FROM tasks").Scalar(), database.Prepare("SELECT max(sequence) FROM tasks").Scalar()));

    public int RemoveParked(string run) => database.Write(_ => database.Prepare("DELETE FROM parked WHERE run = ?1").Bind(1, run).Run());
}
