using System.Reflection;
using System.Runtime.CompilerServices;

namespace TaskQueue.Collections;

/// <summary>Kinds in packages of their own: each names its assembly in the program that refers to it.</summary>
internal static class KindPackages
{
    private const string Key = "TaskQueue.Kind";

    private static readonly Lazy<bool> Loaded = new(LoadAll, LazyThreadSafetyMode.PublicationOnly);

    /// <summary>Loads them, once; an assembly that is missing is named.</summary>
    public static void Load() => _ = Loaded.Value;

    private static bool LoadAll()
    {
        var assemblies = Assembly.GetEntryAssembly()?.GetCustomAttributes<AssemblyMetadataAttribute>() ?? [];
        foreach (var name in assemblies.Where(metadata => metadata.Key == Key).Select(metadata => metadata.Value!))
            RuntimeHelpers.RunModuleConstructor(Assembly.Load(name).ManifestModule.ModuleHandle);
        return true;
    }
}
