using Microsoft.Data.Sqlite;
using SQLitePCL;
using TaskQueue.Contracts;

namespace TaskQueue.Queues.Files;

/// <summary>One connection to a queue file: transactions one at a time, prepared statements kept.</summary>
internal sealed class Database : IDisposable
{
    private const int BusyTimeoutMilliseconds = 60_000;

    /// <summary>A worker that leaves has little time: less than 2 s after its tasks.</summary>
    private static readonly TimeSpan LongestClose = TimeSpan.FromMilliseconds(200);

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, Statement> _statements = [];
    private readonly Lock _turn = new();
    private readonly string _path;

    /// <param name="path">An existing queue file.</param>
    /// <param name="durable">Whether a commit waits until the disk has it; without, it survives a crash of the process only.</param>
    /// <exception cref="TaskQueueException">The file cannot be opened, or its file system refuses a setting (78).</exception>
    public Database(string path, bool durable)
    {
        _path = path;
        try
        {
            _connection = Connect(path);
            Set("journal_mode", "wal");
            Set("synchronous", durable ? "2" : "1");
            Set("wal_autocheckpoint", "8000");
            Set("cache_size", "-32768");
        }
        catch (Exception e)
        {
            _connection?.Dispose();
            throw e is SqliteException error ? FileErrors.Explain(error, path) : e;
        }
    }

    /// <summary>Rows that this connection has inserted, changed and deleted since it was opened.</summary>
    public long TotalChanges => raw.sqlite3_total_changes(_connection.Handle);

    /// <exception cref="SqliteException">The file cannot be opened.</exception>
    public static SqliteConnection Connect(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        // Before anything is asked: another process may hold the file at any time.
        raw.sqlite3_busy_timeout(connection.Handle, BusyTimeoutMilliseconds);
        return connection;
    }

    /// <summary>Runs <paramref name="work"/> in a transaction that holds the write lock from its start.</summary>
    public T Write<T>(Func<Database, T> work) => Run("BEGIN IMMEDIATE", work);

    /// <summary>Runs <paramref name="work"/> against one snapshot.</summary>
    public T Read<T>(Func<Database, T> work) => Run("BEGIN", work);

    /// <summary>A statement of this connection, prepared once. Only within <see cref="Read"/> and <see cref="Write"/>.</summary>
    public Statement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
            _statements[sql] = statement = new Statement(_connection, sql);
        return statement;
    }

    /// <summary>A statement that is rarely used: the caller disposes of it. Only within <see cref="Read"/> and <see cref="Write"/>.</summary>
    public Statement PrepareOnce(string sql) => new(_connection, sql);

    /// <summary>A number that changes whenever another connection commits; cheap enough to ask ten times a second.</summary>
    public long ChangeCounter()
    {
        lock (_turn)
            return Prepare("PRAGMA data_version").Scalar();
    }

    /// <summary>Closes the connection, unless a call on it still waits for another process: then it ends with this one.</summary>
    public void Dispose()
    {
        if (!_turn.TryEnter(LongestClose))
            return;
        try
        {
            foreach (var statement in _statements.Values)
                statement.Dispose();
            _connection.Dispose();
        }
        finally
        {
            _turn.Exit();
        }
    }

    private T Run<T>(string begin, Func<Database, T> work)
    {
        lock (_turn)
        {
            try
            {
                Prepare(begin).Run();
                try
                {
                    var result = work(this);
                    Prepare("COMMIT").Run();
                    return result;
                }
                finally
                {
                    // SQLite ends the transaction by itself after some errors; then there is nothing left to roll back.
                    if (raw.sqlite3_get_autocommit(_connection.Handle) == 0)
                        Prepare("ROLLBACK").Run();
                }
            }
            catch (SqliteException e)
            {
                throw FileErrors.Explain(e, _path);
            }
        }
    }

    /// <summary>Sets a pragma, and looks whether it took: SQLite answers with what it does, and does not fail.</summary>
    private void Set(string pragma, string value)
    {
        Prepare($"PRAGMA {pragma} = {value}").Run();
        var rows = Prepare($"PRAGMA {pragma}");
        var current = rows.Step() ? rows.Text(0) : "";
        rows.Reset();
        if (current != value)
            throw new TaskQueueException(
                ExitCode.Configuration, $"SQLite cannot have {pragma}={value} here: it stays {current}.", FileErrors.Where(_path),
                "Set TASKQUEUE_PATH to a file on a local disk, which no other program has opened.");
    }
}
