using Microsoft.Data.Sqlite;
using TaskQueue.Contracts;

namespace TaskQueue.Queues.Files;

/// <summary>Creates queue files, and refuses what is not one.</summary>
internal static class QueueFile
{
    /// <summary>The layout of the tables, in the lower bits of SQLite's user_version; the upper ones tell one file from another.</summary>
    public const int Layout = 3;

    private const int LayoutBits = 8;

    /// <summary>Marks a SQLite file as a queue: "dltq".</summary>
    private const int ApplicationId = 0x646c7471;

    /// <summary>What the columns mean, <see cref="LeaseTable"/> and <see cref="GroupTable"/> say.</summary>
    private const string Tables = """
        CREATE TABLE tasks (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            due      INTEGER NOT NULL DEFAULT 0,
            token    INTEGER NOT NULL DEFAULT 0,
            attempts INTEGER NOT NULL DEFAULT 0,
            task     TEXT NOT NULL,
            id       TEXT NOT NULL,
            run      TEXT NOT NULL DEFAULT '',
            rows     INTEGER NOT NULL DEFAULT 1,
            body     BLOB NOT NULL
        );
        CREATE UNIQUE INDEX tasks_by_id ON tasks (id, task);
        CREATE INDEX tasks_by_due ON tasks (due) WHERE due > 0;
        CREATE INDEX tasks_of_rows ON tasks (rows) WHERE rows > 1;
        CREATE TABLE grouped (
            id       TEXT NOT NULL,
            task     TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            PRIMARY KEY (id, task)
        ) WITHOUT ROWID;
        CREATE INDEX grouped_by_sequence ON grouped (sequence);
        CREATE TRIGGER ungroup AFTER DELETE ON tasks WHEN old.rows > 1 BEGIN DELETE FROM grouped WHERE sequence = old.sequence; END;
        CREATE TABLE parked (
            sequence  INTEGER PRIMARY KEY,
            attempts  INTEGER NOT NULL,
            parked_at INTEGER NOT NULL,
            reason    TEXT NOT NULL,
            task      TEXT NOT NULL,
            id        TEXT NOT NULL,
            run       TEXT NOT NULL DEFAULT '',
            body      BLOB NOT NULL
        );
        CREATE UNIQUE INDEX parked_by_id ON parked (id, task);
        """;

    /// <summary>File systems whose locks do not hold between hosts, on which SQLite's write-ahead log is unsafe.</summary>
    private static readonly string[] NetworkFileSystems =
        ["nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afs", "9p", "lustre", "gpfs", "ceph", "fuse", "fuseblk", "fuse.sshfs", "glusterfs"];

    /// <summary>Creates <paramref name="path"/> when there is no file.</summary>
    /// <exception cref="TaskQueueException">It cannot be a queue file.</exception>
    public static void Ensure(string path, bool allowNetwork)
    {
        if (Directory.Exists(path))
            throw new TaskQueueException(
                ExitCode.Configuration, "TASKQUEUE_PATH names a folder; a queue is a file.", FileErrors.Where(path),
                $"Set TASKQUEUE_PATH to a file in it, for example fq://{Path.Combine(path, "queue")}.");
        try
        {
            if (!File.Exists(path))
                Create(path);
            RefuseNetwork(path, allowNetwork);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Explain(e, path);
        }
    }

    /// <summary>Builds the file under another name, so that no process ever sees half of it, nor one whose journal changes.</summary>
    private static void Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var draft = $"{path}.{Guid.NewGuid():n}.tmp";
        try
        {
            CreateForOwner(draft);
            using (var connection = Database.Connect(draft))
            {
                var identity = (Random.Shared.Next(1 << (31 - LayoutBits)) << LayoutBits) | Layout;
                Ask(connection, $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {identity}; {Tables} PRAGMA journal_mode = WAL");
            }
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was faster: its file serves both.
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private static void CreateForOwner(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        new FileStream(path, options).Dispose();
    }

    private static void RefuseNetwork(string path, bool allowed)
    {
        var fileSystem = new DriveInfo(path).DriveFormat;
        if (!allowed && NetworkFileSystems.Contains(fileSystem, StringComparer.OrdinalIgnoreCase))
            throw new TaskQueueException(
                ExitCode.Configuration, $"A queue file cannot lie on a network file system ({fileSystem}).", FileErrors.Where(path),
                $"Set TASKQUEUE_PATH to a local disk or a broker, or force it for a single host: fq://...?{FileQueue.AllowNetwork}.");
    }

    /// <summary>The number that tells this file from another one of the same path.</summary>
    /// <remarks>
    /// Asked of SQLite and not of the file: closing a file of one's own would drop the locks of the connections that
    /// this process has (https://sqlite.org/howtocorrupt.html, section 2.2).
    /// </remarks>
    /// <exception cref="TaskQueueException">The file is no queue (74), or has another layout (78).</exception>
    public static long ReadIdentity(string path)
    {
        try
        {
            using var connection = Database.Connect(path);
            if (Ask(connection, "PRAGMA application_id") is not (long)ApplicationId)
                throw FileErrors.NoQueue(path);
            var identity = (long)Ask(connection, "PRAGMA user_version")!;
            if ((identity & ((1 << LayoutBits) - 1)) is var layout and not Layout)
                throw new TaskQueueException(
                    ExitCode.Configuration, $"The queue has layout {layout}; this program knows {Layout}.", FileErrors.Where(path),
                    "Finish it with the program that made it, or set TASKQUEUE_PATH to a new name.");
            return identity;
        }
        catch (SqliteException e)
        {
            throw FileErrors.Explain(e, path);
        }
    }

    /// <returns>The last answer.</returns>
    private static object? Ask(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
