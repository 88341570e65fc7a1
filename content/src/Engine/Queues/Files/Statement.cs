using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace TaskQueue.Queues.Files;

/// <summary>A prepared statement: bind by position from 1, then step or run. Not for two threads at once.</summary>
/// <remarks>Works on SQLite's own interface, because ADO.NET's parameters cost a third of an insert's time.</remarks>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    public Statement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle ?? throw new InvalidOperationException("The connection is closed.");
        Check(raw.sqlite3_prepare_v2(_database, sql, out _statement));
    }

    public Statement Bind(int index, long value) => Check(raw.sqlite3_bind_int64(_statement, index, value));

    public Statement Bind(int index, string value) => Check(raw.sqlite3_bind_text(_statement, index, value));

    public Statement BindText(int index, ReadOnlySpan<byte> utf8) => Check(raw.sqlite3_bind_text(_statement, index, utf8));

    public Statement BindBlob(int index, ReadOnlySpan<byte> value) => Check(raw.sqlite3_bind_blob(_statement, index, value));

    /// <summary>Moves to the next row; at the end, makes the statement ready to be bound again.</summary>
    public bool Step()
    {
        var result = raw.sqlite3_step(_statement);
        if (result == raw.SQLITE_ROW)
            return true;

        // After a failed step, reset returns the same error: only the first is worth checking.
        _ = raw.sqlite3_reset(_statement);
        Check(result);
        return false;
    }

    /// <summary>Runs to the end.</summary>
    /// <returns>How many rows it changed.</returns>
    public int Run()
    {
        while (Step()) { }
        return raw.sqlite3_changes(_database);
    }

    /// <summary>The first column of the first row.</summary>
    public long Scalar()
    {
        var value = Step() ? Int64(0) : 0;
        Reset();
        return value;
    }

    /// <summary>Runs to the end.</summary>
    /// <returns>The first column of all rows, added up.</returns>
    public long Sum()
    {
        var sum = 0L;
        while (Step())
            sum += Int64(0);
        return sum;
    }

    public void Reset() => Check(raw.sqlite3_reset(_statement));

    public long Int64(int column) => raw.sqlite3_column_int64(_statement, column);

    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string();

    public byte[] Blob(int column) => raw.sqlite3_column_blob(_statement, column).ToArray();

    public void Dispose() => _statement.Dispose();

    private Statement Check(int result)
    {
        if (result is not (raw.SQLITE_OK or raw.SQLITE_DONE))
            SqliteException.ThrowExceptionForRC(result, _database);
        return this;
    }
}
