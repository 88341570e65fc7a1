using Microsoft.Data.Sqlite;

namespace TaskQueue.Queues.Files;

/// <summary>One connection to a queue file: transactions one at a time, prepared statements kept.</summary>
internal sealed class Database : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, Statement> _statements = [];
    private readonly Lock _turn = new();
    private readonly string _path;

    /// <param name="path">An existing queue file.</param>
    /// <param name="durable">Whether a commit waits until the disk has it; without, it survives a crash of the process only.</param>
    public Database(string path, bool durable)
    {
        _path = path;
        _connection = Connect(path);
        try
        {
            Execute("PRAGMA journal_mode = WAL");
            Execute($"PRAGMA synchronous = {(durable ? "FULL" : "NORMAL")}");
            Execute("PRAGMA busy_timeout = 60000");
            Execute("PRAGMA wal_autocheckpoint = 8000");
            Execute("PRAGMA cache_size = -32768");
        }
        catch (SqliteException e)
        {
            _connection.Dispose();
            throw FileErrors.Explain(e, path);
        }
    }

    public static SqliteConnection Connect(string path)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 60 }.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw FileErrors.Explain(e, path);
        }
    }

    /// <summary>Runs <paramref name="work"/> in a transaction that holds the write lock from its start.</summary>
    public T Write<T>(Func<Database, T> work)
    {
        lock (_turn)
        {
            try
            {
                Execute("BEGIN IMMEDIATE");
                try
                {
                    var result = work(this);
                    Execute("COMMIT");
                    return result;
                }
                catch
                {
                    RollBack();
                    throw;
                }
            }
            catch (SqliteException e)
            {
                throw FileErrors.Explain(e, _path);
            }
        }
    }

    /// <summary>Runs <paramref name="work"/> against one snapshot.</summary>
    public T Read<T>(Func<Database, T> work)
    {
        lock (_turn)
        {
            try
            {
                Execute("BEGIN");
                try
                {
                    return work(this);
                }
                finally
                {
                    RollBack();
                }
            }
            catch (SqliteException e)
            {
                throw FileErrors.Explain(e, _path);
            }
        }
    }

    /// <summary>A statement of this connection, prepared once. Only within <see cref="Read"/> and <see cref="Write"/>.</summary>
    public Statement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
            _statements[sql] = statement = new Statement(_connection, sql);
        return statement;
    }

    /// <summary>Rows that this connection has inserted, changed and deleted since it was opened.</summary>
    public long TotalChanges => SQLitePCL.raw.sqlite3_total_changes(_connection.Handle);

    /// <summary>A number that changes whenever another connection commits; cheap enough to ask ten times a second.</summary>
    public long ChangeCounter()
    {
        lock (_turn)
            return Prepare("PRAGMA data_version").Scalar();
    }

    public void Dispose()
    {
        lock (_turn)
        {
            foreach (var statement in _statements.Values)
                statement.Dispose();
            _connection.Dispose();
        }
    }

    private void Execute(string sql) => Prepare(sql).Run();

    private void RollBack()
    {
        // SQLite ends the transaction by itself after some errors; then there is nothing left to roll back.
        if (SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) == 0)
            Execute("ROLLBACK");
    }
}
