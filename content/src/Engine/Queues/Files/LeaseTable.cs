using TaskQueue.Contracts;

namespace TaskQueue.Queues.Files;

/// <summary>Leases on the table of tasks. Every change of a leased task is conditional on its fencing token.</summary>
/// <remarks>
/// <c>due</c> is the Unix time in milliseconds from which a task may be leased: 0 for a fresh one, which never was; the end
/// of the lease while <c>token</c> is set; the end of a delay otherwise. Fresh tasks are leased in the order of
/// <c>sequence</c>, which never repeats; all others are found by <c>due</c>, whose index holds no fresh task and so stays small.
/// </remarks>
internal sealed class LeaseTable(Database database, TimeProvider clock)
{
    /// <summary>A time further ahead than the longest lease means that the clock was set back: the lease counts as over.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    private long _token = Random.Shared.NextInt64(1, long.MaxValue / 2);
    private long _lowestFresh;
    private readonly ClockJumps _jumps = new(clock);
    private long _graceUntil = long.MinValue;

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Takes overdue tasks first, a suspect alone, then fresh ones in the order of their insertion.</summary>
    /// <inheritdoc cref="ILeaseQueue.LeaseAsync"/>
    public List<Lease> Take(int max, TimeSpan duration, Func<long, bool> isHeld)
    {
        var isGrace = IsGrace(duration);
        var (leases, others) = database.Write(_ =>
        {
            var (until, token) = (Now + (long)duration.TotalMilliseconds, ++_token);
            var overdue = FindOverdue(max, sequence => isGrace || isHeld(sequence));
            var isSuspect = overdue is [{ IsSuspect: true }, ..];
            var taken = TakeOverdue(isSuspect ? overdue.Take(1) : overdue.TakeWhile(task => !task.IsSuspect), until, token);
            var count = taken.Count;
            if (count < max && !isSuspect)
                TakeFresh(max - count, until, token, taken);
            return (taken, count);
        });

        // Not before the commit: what is rolled back is as fresh as it was. Not by others: the rows of a group that was split come
        // before fresh tasks, and their sequences are higher.
        foreach (var lease in leases.Skip(others))
            _lowestFresh = Math.Max(_lowestFresh, lease.Sequence + 1);
        return leases;
    }

    /// <summary>Takes tasks that nobody holds, delayed ones too, and counts no attempt.</summary>
    /// <remarks>Its tokens are negative: nobody is a suspect because a move died.</remarks>
    public List<Lease> Hold(int max, TimeSpan duration) => database.Write(_ =>
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
    });

    /// <inheritdoc cref="ILeaseQueue.CountAttemptAsync"/>
    public bool CountAttempt(Lease suspect) => Change(
        [suspect], "UPDATE tasks SET attempts = ?3 WHERE sequence = ?1 AND token = ?2", (count, lease) => count.Bind(3, lease.Attempt!.Value))[0];

    public bool[] Remove(IReadOnlyList<Lease> leases) => Change(leases, "DELETE FROM tasks WHERE sequence = ?1 AND token = ?2");

    public bool[] Extend(IReadOnlyList<Lease> leases, TimeSpan duration) => Change(
        leases, "UPDATE tasks SET due = ?3 WHERE sequence = ?1 AND token = ?2",
        (extend, _) => extend.Bind(3, Now + (long)duration.TotalMilliseconds));

    /// <summary>A suspect whose attempt does not count stays one: a token that is nobody's marks it, as if its lease had expired.</summary>
    /// <inheritdoc cref="ILeaseQueue.GiveBackAsync"/>
    public bool[] GiveBack(IReadOnlyList<Lease> leases, TimeSpan delay, bool refund) => Change(
        leases, "UPDATE tasks SET due = ?3, token = ?4, attempts = ?5 WHERE sequence = ?1 AND token = ?2",
        (giveBack, lease) => giveBack.Bind(3, Now + (long)delay.TotalMilliseconds)
            .Bind(4, refund && lease.IsSuspect ? lease.Token + 1 : 0).Bind(5, lease.Attempt!.Value - (refund ? 1 : 0)));

    public long ReleaseAll() => database.Write(_ =>
    {
        var rows = database.Prepare("SELECT coalesce(sum(rows), 0) FROM tasks WHERE due > 0").Scalar();
        database.Prepare("UPDATE tasks SET due = ?1, token = 0 WHERE due > 0").Bind(1, Now).Run();
        return rows;
    });

    /// <inheritdoc cref="ILeaseQueue.SplitAsync"/>
    public bool Split(Lease lease, GroupRest rest) => database.Write(_ => GroupTable.Split(database, lease, rest, Now));

    public QueueCounts Count() => database.Read(_ =>
    {
        var all = database.Prepare($"SELECT count(*) + {GroupTable.MoreRows} FROM tasks").Scalar();
        var leased = database.Prepare("SELECT coalesce(sum(rows), 0) FROM tasks WHERE due > 0 AND due > ?1 AND token <> 0").Bind(1, Now).Scalar();
        return new QueueCounts(all - leased, leased, ParkedTable.Count(database));
    });

    /// <summary>
    /// Whether the leases of others look expired perhaps only because the clock was set, or the machine slept: for one lease
    /// from then on, their workers may renew them.
    /// </summary>
    private bool IsGrace(TimeSpan duration)
    {
        var now = clock.GetTimestamp();
        if (_jumps.Look() != TimeSpan.Zero)
            _graceUntil = now + (long)(duration.TotalSeconds * clock.TimestampFrequency);
        return now < _graceUntil;
    }

    /// <param name="max">The most.</param>
    /// <param name="isSpared">Whether a lease that has expired is left to its worker.</param>
    /// <remarks>"due > 0" stands in every condition, because SQLite takes a partial index only where it sees the index's own.</remarks>
    private List<(long Sequence, bool IsSuspect)> FindOverdue(int max, Func<long, bool> isSpared)
    {
        var find = database.Prepare("""
            SELECT sequence, token FROM tasks WHERE due > 0 AND due <= ?1
            UNION ALL SELECT sequence, token FROM tasks WHERE due > 0 AND due > ?2
            """);
        find.Bind(1, Now).Bind(2, Now + (long)Longest.TotalMilliseconds);
        var found = new List<(long, bool)>();
        while (found.Count < max && find.Step())
            if (find.Int64(1) == 0 || !isSpared(find.Int64(0)))
                found.Add((find.Int64(0), find.Int64(1) > 0));
        find.Reset();
        return found;
    }

    /// <summary>The attempt at a suspect is counted when it starts: see <see cref="CountAttempt"/>.</summary>
    private List<Lease> TakeOverdue(IEnumerable<(long Sequence, bool IsSuspect)> tasks, long until, long token)
    {
        var take = database.Prepare(
            "UPDATE tasks SET due = ?2, token = ?3, attempts = attempts + ?4 WHERE sequence = ?1 RETURNING sequence, attempts + 1 - ?4, body");
        var leases = new List<Lease>();
        foreach (var (sequence, isSuspect) in tasks)
            Read(take.Bind(1, sequence).Bind(2, until).Bind(3, token).Bind(4, isSuspect ? 0 : 1), token, isSuspect, leases);
        return leases;
    }

    private void TakeFresh(int max, long until, long token, List<Lease> leases)
    {
        var take = database.Prepare("""
            UPDATE tasks SET due = ?1, token = ?2, attempts = attempts + 1 WHERE sequence IN
                (SELECT sequence FROM tasks WHERE sequence >= ?3 AND due = 0 ORDER BY sequence LIMIT ?4)
            RETURNING sequence, attempts, body
            """);
        Read(take.Bind(1, until).Bind(2, token).Bind(3, _lowestFresh).Bind(4, max), token, isSuspect: false, leases);
    }

    private static void Read(Statement rows, long token, bool isSuspect, List<Lease> leases)
    {
        while (rows.Step())
            leases.Add(new Lease(rows.Int64(0), token, (int)rows.Int64(1), isSuspect, rows.Blob(2)) { IsRepeat = isSuspect });
    }

    /// <param name="leases">Which.</param>
    /// <param name="sql">Has the sequence as ?1 and the token as ?2.</param>
    /// <param name="bind">Binds what else it has.</param>
    /// <returns>For each lease, whether it was held.</returns>
    private bool[] Change(IReadOnlyList<Lease> leases, string sql, Action<Statement, Lease>? bind = null) => database.Write(_ =>
    {
        var change = database.Prepare(sql);
        var held = new bool[leases.Count];
        for (var i = 0; i < held.Length; i++)
        {
            change.Bind(1, leases[i].Sequence).Bind(2, leases[i].Token);
            bind?.Invoke(change, leases[i]);
            held[i] = change.Run() > 0;
        }
        return held;
    });
}
