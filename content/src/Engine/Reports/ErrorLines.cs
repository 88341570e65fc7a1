using TaskQueue.Contracts;

namespace TaskQueue.Reports;

/// <summary>An error as a person reads it.</summary>
/// <param name="Lines">What, where, what next; at most three unless several settings are wrong.</param>
/// <param name="Code">What the caller is told.</param>
internal sealed record ErrorLines(IReadOnlyList<string> Lines, ExitCode Code)
{
    public static ErrorLines Of(Exception exception) => exception switch
    {
        TaskQueueException known => new([.. known.Message.Split('\n').Select(Printable.Of)], known.ExitCode),
        UnauthorizedAccessException => New(
            ExitCode.Permission, OneLine(exception), "Check the permissions, and as which user this runs."),
        IOException => New(
            ExitCode.InputOutput, OneLine(exception), "Check the path and the free space, then run it again."),
        _ => New(
            ExitCode.Internal, $"{exception.GetType().Name}: {OneLine(exception)}",
            "This is a fault of the program; --verbose shows where."),
    };

    private static ErrorLines New(ExitCode code, string what, string next) => new([what, next], code);

    private static string OneLine(Exception exception) => Printable.Of(exception.Message.ReplaceLineEndings(" "));
}
