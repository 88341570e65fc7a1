namespace TaskQueue.Queues.Files;

/// <summary>The layout of a queue file.</summary>
/// <remarks>
/// <c>due</c> is the Unix time in milliseconds from which a task may be leased: 0 for one that never was, the end of
/// the lease while <c>token</c> is set, the end of a delay otherwise. Fresh tasks are found in order of <c>sequence</c>,
/// which never repeats; all others through the index of <c>due</c>, which holds no fresh task and so stays small.
/// </remarks>
internal static class Schema
{
    /// <summary>Marks a SQLite file as a queue: "dltq".</summary>
    public const int ApplicationId = 0x646c7471;

    public const int Version = 1;

    /// <summary>The layout in SQLite's user_version, whose upper bits tell one file from another.</summary>
    public static long VersionOf(long userVersion) => userVersion & 0xff;

    /// <param name="identity">A random number below 2^23.</param>
    public static string Create(int identity) => $"""
        PRAGMA application_id = {ApplicationId};
        PRAGMA user_version = {(identity << 8) | Version};
        CREATE TABLE tasks (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            due      INTEGER NOT NULL DEFAULT 0,
            token    INTEGER NOT NULL DEFAULT 0,
            attempts INTEGER NOT NULL DEFAULT 0,
            task     TEXT NOT NULL,
            id       TEXT NOT NULL,
            body     BLOB NOT NULL
        );
        CREATE UNIQUE INDEX tasks_by_id ON tasks (id, task);
        CREATE INDEX tasks_by_due ON tasks (due) WHERE due > 0;
        CREATE TABLE parked (
            sequence  INTEGER PRIMARY KEY,
            attempts  INTEGER NOT NULL,
            parked_at INTEGER NOT NULL,
            reason    TEXT NOT NULL,
            task      TEXT NOT NULL,
            id        TEXT NOT NULL,
            body      BLOB NOT NULL
        );
        CREATE UNIQUE INDEX parked_by_id ON parked (id, task);
        """;
}
