using TaskQueue.Contracts;

namespace TaskQueue.Storage;

/// <summary>Checks names of objects, so that none can leave its store.</summary>
internal static class ObjectName
{
    /// <summary>Longest name in UTF-8 bytes: the limit of S3 and Google Cloud Storage.</summary>
    private const int MaxBytes = 1024;

    /// <exception cref="TaskQueueException">The name is no relative path of plain segments.</exception>
    public static string Check(string name)
    {
        if (name.Length == 0)
        {
            throw Refuse(name, "it is empty");
        }

        CheckCharacters(name);
        foreach (var range in name.AsSpan().Split('/'))
        {
            CheckSegment(name, name.AsSpan(range));
        }

        return name;
    }

    /// <summary>Checks the start of a name: its last segment may be unfinished or empty.</summary>
    /// <exception cref="TaskQueueException">No name of the store can start like this.</exception>
    public static string CheckPrefix(string prefix)
    {
        CheckCharacters(prefix);
        var slash = prefix.LastIndexOf('/');
        if (slash >= 0)
        {
            Check(prefix[..slash]);
        }

        return prefix;
    }

    private static void CheckCharacters(string name)
    {
        if (name.Contains('\0'))
        {
            throw Refuse(name, "it contains a NUL character");
        }

        if (OperatingSystem.IsWindows() && name.AsSpan().IndexOfAny('\\', ':') >= 0)
        {
            throw Refuse(name, "it contains a backslash or colon");
        }

        if (System.Text.Encoding.UTF8.GetByteCount(name) > MaxBytes)
        {
            throw Refuse(name, $"it is longer than {MaxBytes} bytes");
        }
    }

    private static void CheckSegment(string name, ReadOnlySpan<char> segment)
    {
        if (segment.IsEmpty)
        {
            throw Refuse(name, name[0] == '/' ? "it starts with a slash" : "it has an empty segment");
        }

        if (segment is "." or "..")
        {
            throw Refuse(name, $"it has the segment '{segment}'");
        }
    }

    private static TaskQueueException Refuse(string name, string why) => new(
        ExitCode.BadInput,
        $"The object name '{Printable(name)}' is refused: {why}.",
        next: "Names are relative, such as 'results/cell-1.json'.");

    private static string Printable(string name) =>
        string.Concat(name.Take(100).Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString()));
}
