using System.Security.Cryptography;
using System.Text;

namespace TaskQueue.Worker.Reporting;

/// <summary>The file in the temporary folder that the workers of one project renew. Its time and one byte count.</summary>
public sealed class HealthFile
{
    /// <param name="root">The project's folder.</param>
    public HealthFile(string root)
    {
        var key = SHA256.HashData(Encoding.UTF8.GetBytes($"{Environment.UserName}\n{root}"));
        Location = Path.Join(Path.GetTempPath(), $"taskqueue-{Convert.ToHexStringLower(key)[..16]}.health");
    }

    /// <summary>Its path.</summary>
    public string Location { get; }

    /// <summary>When a worker of the project last renewed it on this machine; null when there is none.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be read.</exception>
    public WorkerHealth? Read()
    {
        try
        {
            using var file = new FileStream(Location, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            // A clock that was set back makes no file old.
            var age = DateTime.UtcNow - File.GetLastWriteTimeUtc(file.SafeFileHandle);
            return new(age > TimeSpan.Zero ? age : TimeSpan.Zero, file.ReadByte() == 1);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Renews the file. It is replaced, so that no link in the shared folder leads the write elsewhere.</summary>
    /// <returns>What hindered it; null when nothing did.</returns>
    internal string? TryWrite(bool takesTasks)
    {
        var draft = $"{Location}.{Environment.ProcessId}";
        return Try(() =>
        {
            File.Delete(draft);
            using (var file = new FileStream(draft, FileMode.CreateNew, FileAccess.Write))
                file.WriteByte(takesTasks ? (byte)1 : (byte)0);
            File.Move(draft, Location, overwrite: true);
        });
    }

    /// <summary>A file that cannot be removed is old after a minute.</summary>
    internal void TryRemove() => Try(() => File.Delete(Location));

    private static string? Try(Action change)
    {
        try
        {
            change();
            return null;
        }
        catch (Exception e)
        {
            return e.Message;
        }
    }
}

/// <param name="Age">Time since the file was renewed.</param>
/// <param name="TakesTasks">Whether the worker had started and took tasks.</param>
public sealed record WorkerHealth(TimeSpan Age, bool TakesTasks);
