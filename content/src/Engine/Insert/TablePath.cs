using System.Security.Cryptography;

namespace TaskQueue.Insert;

/// <summary>Finds the parameter table.</summary>
public static class TablePath
{
    /// <summary>The absolute path; <c>.feather</c> is added when the name has no ending.</summary>
    /// <param name="name">As TASK_PARAMETER_FILENAME or --table has it.</param>
    /// <param name="projectRoot">Where relative paths start.</param>
    public static string Resolve(string name, string projectRoot)
    {
        var path = Path.GetFullPath(name, projectRoot);
        return Path.HasExtension(path) || File.Exists(path) || Directory.Exists(path) ? path : path + ".feather";
    }

    /// <summary>SHA-256 of the table's bytes, lower-case hex.</summary>
    public static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 20, FileOptions.Asynchronous | FileOptions.SequentialScan);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
    }
}
