using System.Text;
using TaskQueue.Contracts;

namespace TaskQueue.Storage;

/// <summary>Checks names of objects, so that none can leave its store.</summary>
internal static class ObjectName
{
    /// <summary>Longest name in bytes of UTF-8: the limit of buckets.</summary>
    private const int MaxBytes = 1024;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <exception cref="TaskQueueException">The name is no relative path of plain segments (65).</exception>
    public static string Check(string name) => FindFault(name) is { } fault ? throw Refuse(name, fault) : name;

    /// <summary>Checks the start of a name: its last segment may be unfinished or empty.</summary>
    /// <exception cref="TaskQueueException">No name can start like this (65).</exception>
    public static string CheckPrefix(string prefix)
    {
        var slash = prefix.LastIndexOf('/');
        var fault = slash < 0 ? FindFaultOfText(prefix) : FindFaultOfText(prefix) ?? FindFault(prefix[..slash]);
        return fault is null ? prefix : throw Refuse(prefix, fault);
    }

    public static bool IsValid(string name) => FindFault(name) is null;

    public static TaskQueueException Refuse(string name, string fault) => new(
        ExitCode.BadInput, $"The object name {Printable.Quote(name)} is refused: {fault}.", next:
        "Names are relative, such as 'results/cell-1.json'.");

    private static string? FindFault(string name)
    {
        if (name.Length == 0)
            return "it is empty";

        foreach (var range in name.AsSpan().Split('/'))
        {
            if (name.AsSpan(range) is "" or "." or "..")
                return name[0] == '/' ? "it starts with a slash" : $"it has the segment '{name[range]}'";
        }

        return FindFaultOfText(name);
    }

    private static string? FindFaultOfText(string name)
    {
        if (name.Contains('\0'))
            return "it contains a NUL character";

        try
        {
            return Strict.GetByteCount(name) > MaxBytes ? $"it is longer than {MaxBytes} bytes" : null;
        }
        catch (EncoderFallbackException)
        {
            return "it is no valid Unicode text";
        }
    }
}
