using System.Reflection;

namespace TaskQueue.Binding;

/// <summary>The version of the program that holds a task: inserter and worker should agree on it.</summary>
public static class BuildVersion
{
    /// <summary>The informational version, which holds the commit where the build knew it.</summary>
    public static string Of(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? assembly.GetName().Version?.ToString() ?? "unknown";
}
