using System.Security.Cryptography;
using System.Text;

namespace TaskQueue.Worker;

/// <summary>The file in the temporary folder that the workers of one project renew. Its time and one byte count.</summary>
public sealed class PulseFile
{
    /// <param name="root">The project's folder.</param>
    public PulseFile(string root)
    {
        var key = SHA256.HashData(Encoding.UTF8.GetBytes($"{Environment.UserName}\n{root}"));
        Location = Path.Join(Path.GetTempPath(), $"taskqueue-{Convert.ToHexStringLower(key)[..16]}.pulse");
    }

    /// <summary>Its path.</summary>
    public string Location { get; }

    /// <summary>The last pulse of any worker of the project on this machine; null when there is none.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be read.</exception>
    public LastPulse? Read()
    {
        try
        {
            using var file = Open(FileMode.Open, FileAccess.Read);
            // A clock that was set back makes no pulse old.
            var age = DateTime.UtcNow - File.GetLastWriteTimeUtc(file.SafeFileHandle);
            return new(age > TimeSpan.Zero ? age : TimeSpan.Zero, file.ReadByte() == 1);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Renews the file.</summary>
    /// <returns>What hindered it; null when nothing did.</returns>
    internal string? TryWrite(bool takesTasks)
    {
        try
        {
            using var file = Open(FileMode.OpenOrCreate, FileAccess.Write);
            file.WriteByte(takesTasks ? (byte)1 : (byte)0);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    internal void Remove() => File.Delete(Location);

    private FileStream Open(FileMode mode, FileAccess access) =>
        new(Location, mode, access, FileShare.ReadWrite | FileShare.Delete);
}

/// <param name="Age">Time since.</param>
/// <param name="TakesTasks">Whether the worker had started and took tasks.</param>
public sealed record LastPulse(TimeSpan Age, bool TakesTasks);
