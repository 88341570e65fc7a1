using TaskQueue.Contracts;

namespace TaskQueue.Settings;

/// <summary>Finds the project that a command is about.</summary>
public static class ProjectFolder
{
    private const string Config = "config";

    /// <summary>
    /// Finds the folder that contains config/: the one around the given env file, where that lies in a folder of this name,
    /// else at <paramref name="workingDirectory"/> or above.
    /// </summary>
    /// <param name="workingDirectory">Where to start; relative paths of env files, too.</param>
    /// <param name="envFile">What was given with --env-file; null when nothing was.</param>
    /// <param name="isConfigured">
    /// Whether the environment or an env file says where the queue is, as in a container without config/: then the
    /// working directory will do.
    /// </param>
    /// <exception cref="TaskQueueException">There is none (exit code 78).</exception>
    public static string Find(string workingDirectory, string? envFile, bool isConfigured)
    {
        var around = envFile is null ? null : Directory.GetParent(Path.GetFullPath(envFile, workingDirectory));
        if (around is { Name: Config, Parent: { } root })
            return root.FullName;

        for (var folder = new DirectoryInfo(workingDirectory); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, Config)))
                return folder.FullName;
        }

        return isConfigured
            ? Path.GetFullPath(workingDirectory)
            : throw new TaskQueueException(
                ExitCode.Configuration, "This is no task queue project: there is no config folder here or above.",
                workingDirectory,
                "Run this inside your project's folder, or set TASKQUEUE_PATH in the environment.");
    }
}
