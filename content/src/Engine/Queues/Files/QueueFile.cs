using Microsoft.Data.Sqlite;
using TaskQueue.Contracts;

namespace TaskQueue.Queues.Files;

/// <summary>Creates queue files, and refuses what is not one.</summary>
internal static class QueueFile
{
    /// <summary>File systems whose locks do not hold between hosts, on which SQLite's write-ahead log is unsafe.</summary>
    private static readonly string[] NetworkFileSystems =
        ["nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afs", "9p", "lustre", "gpfs", "ceph", "fuse", "fuseblk", "fuse.sshfs", "glusterfs"];

    /// <summary>Makes sure that <paramref name="path"/> is a queue file, creating it when there is no file.</summary>
    /// <returns>The file's <see cref="ReadIdentity"/>.</returns>
    public static long Ensure(string path, bool allowNetwork)
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
            return ReadIdentity(path);
        }
        catch (IOException e) when (IsDiskFull(e))
        {
            throw FileErrors.DiskFull(path, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.CannotWrite(path, e);
        }
    }

    /// <summary>ENOSPC, or ERROR_DISK_FULL on Windows.</summary>
    private static bool IsDiskFull(IOException error) => (error.HResult & 0xffff) is 28 or 112;

    /// <summary>Builds the file under another name, so that no process ever sees half of it.</summary>
    private static void Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var draft = $"{path}.{Guid.NewGuid():n}.tmp";
        try
        {
            CreateForOwner(draft);
            using (var connection = Database.Connect(draft))
            using (var command = connection.CreateCommand())
            {
                command.CommandText = Schema.Create(Random.Shared.Next(1 << 23));
                command.ExecuteNonQuery();
            }
            MoveUnlessTaken(draft, path);
        }
        catch (SqliteException e)
        {
            throw FileErrors.Explain(e, path);
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

    private static void MoveUnlessTaken(string draft, string path)
    {
        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was faster: its file serves both.
        }
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
        using var connection = Database.Connect(path);
        try
        {
            if (Ask(connection, "PRAGMA application_id") != Schema.ApplicationId)
                throw NoQueue(path);
            var userVersion = Ask(connection, "PRAGMA user_version");
            if (Schema.VersionOf(userVersion) is var version && version != Schema.Version)
                throw new TaskQueueException(
                    ExitCode.Configuration, $"The queue has layout {version}; this program knows {Schema.Version}.", FileErrors.Where(path),
                    "Work it off with the program that made it, or set TASKQUEUE_PATH to a new name.");
            return userVersion;
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SQLitePCL.raw.SQLITE_NOTADB)
        {
            throw NoQueue(path);
        }
        catch (SqliteException e)
        {
            throw FileErrors.Explain(e, path);
        }
    }

    private static long Ask(SqliteConnection connection, string pragma)
    {
        using var command = connection.CreateCommand();
        command.CommandText = pragma;
        return (long)command.ExecuteScalar()!;
    }

    private static TaskQueueException NoQueue(string path) => new(
        ExitCode.InputOutput, "This file is not a queue, or it is damaged; it was left as it is.", FileErrors.Where(path),
        "Set TASKQUEUE_PATH to another name, or move the file away.");
}
