using System.Security.Cryptography;

namespace TaskQueue.Storage.Folder;

/// <summary>
/// An unfinished file beside its target: hidden, recognisable, never listed, renamed when it is whole.
/// </summary>
internal static class TemporaryFile
{
    private const string Start = ".taskqueue-";
    private const string End = ".tmp";
    private const int RandomDigits = 24;

    /// <summary>A new name in a folder; its length does not depend on the target's name.</summary>
    public static string NewPath(string folder) =>
        Path.Join(folder, $"{Start}{RandomNumberGenerator.GetHexString(RandomDigits, lowercase: true)}{End}");

    public static bool IsTemporary(ReadOnlySpan<char> fileName) =>
        fileName.Length == Start.Length + RandomDigits + End.Length
        && fileName.StartsWith(Start, StringComparison.Ordinal)
        && fileName.EndsWith(End, StringComparison.Ordinal);

    public static FileStream Create(string path) =>
        new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);

    /// <summary>Renames a finished file unless its target exists; of many at once exactly one succeeds.</summary>
    public static bool TryClaim(string temporary, string target)
    {
        if (OperatingSystem.IsWindows())
            return TryMove(temporary, target);

        var error = Posix.Link(temporary, target);
        if (error == 0)
        {
            File.Delete(temporary);
            return true;
        }

        return error switch
        {
            ErrorNumber.Exists => false,
            ErrorNumber.NoEntry => throw new DirectoryNotFoundException($"Could not find the folder of '{target}'."),
            // FAT and some network file systems have no hard links.
            _ when ErrorNumber.MeansNoLinks(error) => TryMove(temporary, target),
            _ => throw Posix.Failure(error),
        };
    }

    private static bool TryMove(string temporary, string target)
    {
        try
        {
            File.Move(temporary, target, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(target))
        {
            return false;
        }
    }
}
