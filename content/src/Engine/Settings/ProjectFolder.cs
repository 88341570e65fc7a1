using TaskQueue.Contracts;

namespace TaskQueue.Settings;

/// <summary>Finds the project that a command is about.</summary>
public static class ProjectFolder
{
    /// <summary>Finds the folder that contains config/, at <paramref name="workingDirectory"/> or above.</summary>
    /// <param name="workingDirectory">Where to start.</param>
    /// <param name="isConfigured">
    /// Whether the environment or an env file says where the queue is, as in a container without config/: then the
    /// working directory will do.
    /// </param>
    /// <exception cref="TaskQueueException">There is none (exit code 78).</exception>
    public static string Find(string workingDirectory, bool isConfigured)
    {
        for (var folder = new DirectoryInfo(workingDirectory); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, "config")))
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
