using TaskQueue.Contracts;

namespace TaskQueue.Storage.Folder;

/// <summary>Says what a file system's refusal means to a person.</summary>
internal static class FolderErrors
{
    /// <summary>Whether <see cref="Explain"/> has an answer; a missing file is for the caller to judge.</summary>
    public static bool Covers(Exception exception) =>
        exception is IOException and not FileNotFoundException or UnauthorizedAccessException;

    public static TaskQueueException Explain(Exception exception, string verb, string path) => exception switch
    {
        UnauthorizedAccessException => Refused($"User {User()} may not {verb} '{path}'.", exception),
        PathTooLongException => new(
            ExitCode.InputOutput, $"Cannot {verb} '{path}': the name is too long for this file system.", next:
            "Most file systems allow 255 bytes between two slashes.", cause: exception),
        DirectoryNotFoundException => new(
            ExitCode.InputOutput, $"Cannot {verb} '{path}': a folder on its way is missing, or is a file.", next:
            "Check the path.", cause: exception),
        _ when ErrorNumber.IsReadOnly(exception.HResult) => Refused(
            $"User {User()} cannot {verb} '{path}': the file system is read-only.", exception),
        _ when ErrorNumber.IsDiskFull(exception.HResult) => new(
            ExitCode.InputOutput, $"Cannot {verb} '{path}': no space left.", next:
            "Free some disk space (or quota), then run it again.", cause: exception)
        { IsTransient = true },
        _ => new(
            ExitCode.InputOutput, $"Cannot {verb} '{path}': {Reason(exception)}.", next:
            "Check the path and the disk.", cause: exception)
        { IsTransient = true },
    };

    private static TaskQueueException Refused(string what, Exception cause) => new(
        ExitCode.Permission, what, next: "Change the permissions, or choose another folder.", cause: cause);

    private static string Reason(Exception exception)
    {
        var text = exception.Message;
        var end = text.IndexOf(" : '", StringComparison.Ordinal);
        return (end < 0 ? text : text[..end]).TrimEnd('.');
    }

    private static string User() => OperatingSystem.IsWindows()
        ? $"'{Environment.UserName}'"
        : $"'{Environment.UserName}' (uid {Posix.EffectiveUserId()})";
}
