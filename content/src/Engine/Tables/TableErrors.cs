using TaskQueue.Contracts;

namespace TaskQueue.Tables;

/// <summary>The errors of this room, by name. Each says what, where and what next.</summary>
internal static class TableErrors
{
    private const string HowToSave =
        "Save it as Feather: to_feather(path) in pandas, write_ipc(path) in polars, write_feather(x, path) in R.";

    public static TaskQueueException Missing(string path) =>
        new(ExitCode.BadInput, "There is no such parameter table.", path, "Write it, or name another with --table.");

    public static TaskQueueException Directory(string path) =>
        new(ExitCode.BadInput, "The parameter table is a directory; it has to be a file.", path, HowToSave);

    public static TaskQueueException Empty(string path) =>
        new(ExitCode.BadInput, "The parameter table is empty (it has no bytes), a pipe or a device.", path, HowToSave);

    public static TaskQueueException Forbidden(string path, Exception cause) => new(
        ExitCode.Permission,
        "The parameter table may not be read.",
        path,
        "Give yourself the right to read it.",
        cause);

    public static TaskQueueException Unreadable(string path, Exception cause) => new(
        ExitCode.InputOutput,
        $"The parameter table cannot be read: {Printable.Short(cause.Message)}",
        path,
        cause: cause);

    public static TaskQueueException WrongFormat(string path, string format) =>
        new(ExitCode.BadInput, $"The parameter table is {format}, not a Feather (Arrow IPC) file.", path, HowToSave);

    public static TaskQueueException Stream(string path) => new(
        ExitCode.BadInput,
        "The parameter table is an Arrow IPC stream, which shows no loss when it is cut; the file format is needed.",
        path,
        HowToSave);

    public static TaskQueueException CutOff(string path) => new(
        ExitCode.BadInput,
        "The parameter table is cut off: the end of a Feather file is missing.",
        path,
        "Write or copy it again; it may still be being written.");

    public static TaskQueueException Damaged(string path, Exception cause) => new(
        ExitCode.BadInput,
        $"The parameter table cannot be read: {cause.Message}.",
        path,
        "Write or copy it again.",
        cause);

    public static TaskQueueException NoTemporaryRoom(long bytes, Exception cause) => new(
        ExitCode.InputOutput,
        $"The parameter table needs {bytes >> 20} MiB for a moment, which cannot be had: {Printable.Short(cause.Message)}",
        $"In the folder for temporary files, {Path.GetTempPath()}",
        "Make room there, or name another with TMPDIR; tables of small record batches, as pandas writes, need none.",
        cause);

    public static TaskQueueException Unsupported(string path, Exception cause) => new(
        ExitCode.BadInput,
        $"The parameter table cannot be used: {cause.Message}.",
        path,
        "Change or leave out that part, and write it again.",
        cause);
}
