using Microsoft.Data.Sqlite;
using TaskQueue.Contracts;

namespace TaskQueue.Queues.Files;

/// <summary>Says in words what SQLite's result codes mean for a queue file (https://sqlite.org/rescode.html).</summary>
internal static class FileErrors
{
    private const int Permission = 3, Busy = 5, ReadOnly = 8, InputOutput = 10, Corrupt = 11, Full = 13, CannotOpen = 14, NotADatabase = 26;

    public static TaskQueueException Explain(SqliteException error, string path) => error.SqliteErrorCode switch
    {
        Full => DiskFull(path, error),
        InputOutput => new(ExitCode.InputOutput, $"The disk refused to read or write the queue ({error.Message})", Where(path),
            "Check the disk and its free space, then run the same command again.", error) { IsTransient = true },
        Corrupt or NotADatabase => new(ExitCode.InputOutput, "The queue file is damaged.", Where(path),
            "Move it and its -wal file away and insert again: finished rows are skipped.", error),
        Permission or ReadOnly or CannotOpen => CannotWrite(path, error),
        Busy => new(ExitCode.Unavailable, "Another process has held the queue for more than 60 s.", Where(path),
            "Look for a stopped worker or an open SQLite shell, then run the same command again.", error) { IsTransient = true },
        _ => new(ExitCode.Internal, $"SQLite error {error.SqliteErrorCode}: {error.Message}", Where(path), cause: error),
    };

    public static TaskQueueException DiskFull(string path, Exception cause) => new(
        ExitCode.InputOutput, "The disk is full.", Where(path),
        "Free some space and run the same command again: what was confirmed is kept.", cause) { IsTransient = true };

    public static TaskQueueException CannotWrite(string path, Exception cause) => new(
        ExitCode.Permission, "The queue file cannot be written.", Where(path),
        $"Let user {Environment.UserName} write the file and its folder, or set TASKQUEUE_PATH to another place.", cause);

    public static TaskQueueException Missing(string path) => new(
        ExitCode.Unavailable, "There is no queue file.", $"At {path}",
        "insert-tasks and check --create make it. If it should be there, correct TASKQUEUE_PATH.") { IsTransient = true };

    public static string Where(string path) => $"In the queue file {path}";
}
