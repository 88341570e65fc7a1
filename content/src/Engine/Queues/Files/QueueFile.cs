using Microsoft.Data.Sqlite;
using TaskQueue.Contracts;

namespace TaskQueue.Queues.Files;

/// <summary>Creates queue files, and refuses what is not one.</summary>
static class QueueFile
{
    static readonly byte[] SqliteHeader = "SQLite format 3\0"u8.ToArray();

    /// <summary>File systems whose locks do not hold between hosts, on which SQLite's write-ahead log is unsafe.</summary>
    static readonly string[] NetworkFileSystems =
        ["nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afs", "9p", "lustre", "gpfs", "ceph", "fuse", "fuseblk", "fuse.sshfs", "glusterfs"];

    /// <summary>Makes sure that <paramref name="path"/> is a queue file, creating it when there is no file.</summary>
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
            RefuseForeign(path);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or DirectoryNotFoundException)
        {
            throw FileErrors.CannotWrite(path, e);
        }
        catch (IOException e)
        {
            throw new TaskQueueException(
                ExitCode.InputOutput, $"The queue file cannot be opened ({e.Message})", FileErrors.Where(path),
                "Check the path and the disk's free space, or set TASKQUEUE_PATH to another place.", e);
        }
    }

    /// <summary>Builds the file under another name, so that no process ever sees half of it.</summary>
    static void Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var draft = $"{path}.{Guid.NewGuid():n}.tmp";
        try
        {
            CreateForOwner(draft);
            using (var connection = Database.Connect(draft))
            using (var command = connection.CreateCommand())
            {
                command.CommandText = Schema.Create;
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

    static void CreateForOwner(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        new FileStream(path, options).Dispose();
    }

    static void MoveUnlessTaken(string draft, string path)
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

    static void RefuseNetwork(string path, bool allowed)
    {
        var fileSystem = new DriveInfo(path).DriveFormat;
        if (!allowed && NetworkFileSystems.Contains(fileSystem, StringComparer.OrdinalIgnoreCase))
            throw new TaskQueueException(
                ExitCode.Configuration, $"A queue file cannot lie on a network file system ({fileSystem}).", FileErrors.Where(path),
                $"Set TASKQUEUE_PATH to a local disk or a broker, or force it for a single host: fq://...?{FileQueue.AllowNetwork}.");
    }

    static void RefuseForeign(string path)
    {
        Span<byte> header = stackalloc byte[72];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);

        // Database header: user_version at offset 60, application_id at 68 (https://sqlite.org/fileformat.html).
        if (length < header.Length || !header.StartsWith(SqliteHeader)
            || System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(header[68..]) != Schema.ApplicationId)
            throw new TaskQueueException(
                ExitCode.InputOutput, "This file is not a queue, or it is damaged; it was left as it is.", FileErrors.Where(path),
                "Set TASKQUEUE_PATH to another name, or move the file away.");

        var version = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(header[60..]);
        if (version != Schema.Version)
            throw new TaskQueueException(
                ExitCode.Configuration, $"The queue has layout {version}; this program knows {Schema.Version}.", FileErrors.Where(path),
                "Work it off with the program that made it, or set TASKQUEUE_PATH to a new name.");
    }
}
