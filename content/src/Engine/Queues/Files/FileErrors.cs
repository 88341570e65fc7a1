using Microsoft.Data.Sqlite;
using TaskQueue.Contracts;

namespace TaskQueue.Queues.Files;

/// <summary>Says in words what SQLite's result codes mean for a queue file (https://sqlite.org/rescode.html).</summary>
internal static class FileErrors
{
    private const int StatementFails = 1, Permission = 3, Busy = 5, ReadOnly = 8, InputOutput = 10, Corrupt = 11, Full = 13, CannotOpen = 14, Constraint = 19, NotADatabase = 26;

    /// <summary>ENOSPC, or ERROR_DISK_FULL on Windows.</summary>
    private const int NoSpace = 28, WindowsDiskFull = 112;

    /// <param name="error">Of SQLite or the file system.</param>
    /// <param name="path">The queue file.</param>
    public static TaskQueueException Explain(Exception error, string path) => error switch
    {
        SqliteException { SqliteErrorCode: var code } => Explain(code, error, path),
        IOException when (error.HResult & 0xffff) is NoSpace or WindowsDiskFull => DiskFull(path, error),
        _ => CannotWrite(path, error),
    };

    public static TaskQueueException NoQueue(string path, Exception? cause = null) => new(
        ExitCode.InputOutput, "This file is not a queue, or it is damaged; it was left as it is.", Where(path),
        "Set TASKQUEUE_PATH to another name, or move the file away.", cause);

    private static TaskQueueException Explain(int code, Exception error, string path) => code switch
    {
        Full => DiskFull(path, error),
        InputOutput => new(ExitCode.InputOutput, $"The disk refused to read or write the queue ({error.Message})", Where(path),
            "Check the disk and its free space, then run the same command again.", error)
        { IsTransient = true },
        NotADatabase => NoQueue(path, error),
        // Our statements are right for a whole file: what they do not find in it was there, and what breaks a rule was sound.
        Corrupt or StatementFails or Constraint => new(ExitCode.InputOutput, "The queue file is damaged.", Where(path),
            "Move it and its -wal file away and insert again: finished rows are skipped.", error),
        Permission or ReadOnly or CannotOpen => CannotWrite(path, error),
        Busy => new(ExitCode.Unavailable, "Another process has held the queue for more than 60 s.", Where(path),
            "Look for a stopped worker or an open SQLite shell, then run the same command again.", error)
        { IsTransient = true },
        _ => new(ExitCode.Internal, $"SQLite error {code}: {error.Message}", Where(path), cause: error),
    };

    private static TaskQueueException DiskFull(string path, Exception cause) => new(
        ExitCode.InputOutput, "The disk is full.", Where(path),
        "Free some space and run the same command again: confirmed tasks are kept.", cause)
    { IsTransient = true };

    private static TaskQueueException CannotWrite(string path, Exception cause) => new(
        ExitCode.Permission, "The queue file cannot be written.", Where(path),
        $"Let user {Environment.UserName} write the file and its folder, or set TASKQUEUE_PATH to another place.", cause);

    public static TaskQueueException Missing(string path) => new(
        ExitCode.Unavailable, "There is no queue file.", $"At {path}",
        "insert-tasks and check --create make it. If it should be there, correct TASKQUEUE_PATH.")
    { IsTransient = true };

    public static string Where(string path) => $"In the queue file {path}";
}
