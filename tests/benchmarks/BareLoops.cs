using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace TaskQueue.Benchmarks;

/// <summary>What SQLite can do at best: prepared inserts and batched leases of bodies of the same size, nothing else.</summary>
internal static class BareLoops
{
    private const int RowsPerCommit = 50_000;
    private const int RowsPerLease = 1000;
    private static readonly byte[] Body = new byte[230];

    /// <returns>Rows per second, and megabytes.</returns>
    public static double[] Insert(string folder, int rows)
    {
        using var connection = Open(Path.Join(folder, "bare"));
        Execute(connection, "CREATE TABLE tasks (sequence INTEGER PRIMARY KEY, due INTEGER NOT NULL DEFAULT 0, body BLOB NOT NULL)");
        var started = Stopwatch.GetTimestamp();
        for (var first = 0; first < rows; first += RowsPerCommit)
        {
            using var transaction = connection.BeginTransaction();
            using var insert = connection.CreateCommand();
            insert.Transaction = transaction;
            insert.CommandText = "INSERT INTO tasks (body) VALUES ($body)";
            var body = insert.Parameters.Add("$body", SqliteType.Blob);
            insert.Prepare();
            for (var row = first; row < Math.Min(rows, first + RowsPerCommit); row++)
            {
                body.Value = Body;
                insert.ExecuteNonQuery();
            }
            transaction.Commit();
        }
        return [rows / Stopwatch.GetElapsedTime(started).TotalSeconds, Child.PeakMemory()];
    }

    /// <summary>Leases and removes what insert-tasks queued.</summary>
    /// <returns>First and last moment in seconds, rows, and megabytes.</returns>
    public static double[] Drain(string folder)
    {
        using var connection = Open(Path.Join(folder, "queue"));
        var (first, rows) = (QueueRoles.Now(), 0);
        while (DrainOnce(connection) is > 0 and var count)
            rows += count;
        return [first, QueueRoles.Now(), rows, Child.PeakMemory()];
    }

    private static int DrainOnce(SqliteConnection connection)
    {
        var sequences = new List<long>();
        using (var transaction = connection.BeginTransaction(deferred: false))
        using (var lease = connection.CreateCommand())
        {
            lease.Transaction = transaction;
            lease.CommandText = $"""
                UPDATE tasks SET due = 1, attempts = attempts + 1
                WHERE sequence IN (SELECT sequence FROM tasks WHERE due = 0 ORDER BY sequence LIMIT {RowsPerLease})
                RETURNING sequence, body
                """;
            using (var reader = lease.ExecuteReader())
                while (reader.Read())
                    sequences.Add(reader.GetInt64(0));
            transaction.Commit();
        }
        using (var transaction = connection.BeginTransaction(deferred: false))
        using (var remove = connection.CreateCommand())
        {
            remove.Transaction = transaction;
            remove.CommandText = "DELETE FROM tasks WHERE sequence = $sequence";
            var sequence = remove.Parameters.Add("$sequence", SqliteType.Integer);
            remove.Prepare();
            foreach (var done in sequences)
            {
                sequence.Value = done;
                remove.ExecuteNonQuery();
            }
            transaction.Commit();
        }
        return sequences.Count;
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 8000; PRAGMA cache_size = -32768");
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
