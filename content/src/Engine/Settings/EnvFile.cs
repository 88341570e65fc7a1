using System.Text;
using TaskQueue.Contracts;

namespace TaskQueue.Settings;

/// <summary>
/// Reads the part of the env file format that bash, <c>docker --env-file</c>, Kubernetes and this
/// program understand alike; everything else is a problem with its line number.
/// </summary>
public static class EnvFile
{
    /// <summary>Largest file, in bytes.</summary>
    public const int MaxLength = 1 << 20;

    private static readonly UTF8Encoding StrictUtf8 =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Parses a file's bytes. Nothing is expanded or executed.</summary>
    /// <param name="content">The whole file.</param>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="problems">Receives everything that is wrong.</param>
    public static IReadOnlyList<EnvLine> Parse(ReadOnlySpan<byte> content, string file, List<SettingProblem> problems)
    {
        if (FindProblemOfWhole(content, file) is { } problem)
        {
            problems.Add(problem);
            return [];
        }

        var lines = new List<EnvLine>();
        var seen = new Dictionary<string, int>();
        var number = 0;
        foreach (var text in StrictUtf8.GetString(content).Split('\n'))
        {
            number++;
            if (IsBlankOrComment(text))
                continue;

            var line = Split(text, $"{file}, line {number}");
            if ((EnvLineRules.FindProblem(text, line) ?? FindDuplicate(line, seen, number)) is { } wrong)
                problems.Add(wrong);
            else
                lines.Add(line);
        }

        return lines;
    }

    /// <summary>Reads and parses a file.</summary>
    /// <exception cref="TaskQueueException">It cannot be read (exit code 78).</exception>
    internal static IReadOnlyList<EnvLine> Read(string path, string name, List<SettingProblem> problems) =>
        Parse(ReadBytes(path, name), name, problems);

    private static ReadOnlySpan<byte> ReadBytes(string path, string name)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var buffer = new byte[MaxLength + 1];
            return buffer.AsSpan(0, stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new TaskQueueException(
                ExitCode.Configuration, $"{name} cannot be read.", exception.Message,
                "Check the file and its permissions.", exception);
        }
    }

    private static bool IsBlankOrComment(string text)
    {
        var start = text.AsSpan().TrimStart([' ', '\t']);
        return start.IsEmpty || start[0] == '#';
    }

    private static EnvLine Split(string text, string where)
    {
        var equals = text.IndexOf('=');
        return equals < 0 ? new(text, "", where) : new(text[..equals], text[(equals + 1)..], where);
    }

    private static SettingProblem? FindDuplicate(EnvLine line, Dictionary<string, int> seen, int number) =>
        seen.TryAdd(line.Name, number)
            ? null
            : new(
                $"{line.Name} is set twice, first in line {seen[line.Name]}.", line.Where,
                "Remove one of the two lines.");

    private static SettingProblem? FindProblemOfWhole(ReadOnlySpan<byte> content, string file)
    {
        if (content.Length > MaxLength)
            return new(
                $"The file is larger than {MaxLength} bytes.", file,
                "Is it an env file? It holds one NAME=value a line.");

        if (content.StartsWith(Encoding.UTF8.Preamble))
            return new("The file begins with a byte order mark.", file, "Save it as UTF-8 without BOM.");

        if (content.IndexOf((byte)'\0') is >= 0 and var nul)
            return new("The file holds a NUL character.", LineAt(content, nul, file), "Save it as plain UTF-8 text.");

        if (content.IndexOf((byte)'\r') is >= 0 and var carriageReturn)
            return new(
                "A line ends with CR LF.", LineAt(content, carriageReturn, file),
                "Save the file with LF line endings.");

        try
        {
            StrictUtf8.GetCharCount(content);
            return null;
        }
        catch (DecoderFallbackException exception)
        {
            var where = LineAt(content, Math.Max(0, exception.Index), file);
            return new("The file is not UTF-8.", where, "Save it as UTF-8 text.");
        }
    }

    private static string LineAt(ReadOnlySpan<byte> content, int position, string file) =>
        $"{file}, line {content[..position].Count((byte)'\n') + 1}";
}
