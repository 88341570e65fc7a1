namespace TaskQueue.Settings;

/// <summary>The settings of one invocation, and where they come from.</summary>
/// <param name="Settings">All of them, checked.</param>
/// <param name="Values">Every setting of the engine with its source, for people; no secret.</param>
/// <param name="FileValues">The user's own lines of the env files that the environment does not have.</param>
/// <param name="Warnings">What works but should be changed, one line each.</param>
public sealed record LoadedSettings(
    TaskQueueSettings Settings,
    IReadOnlyList<SettingValue> Values,
    IReadOnlyDictionary<string, string> FileValues,
    IReadOnlyList<string> Warnings)
{
    /// <summary>
    /// Makes the user's own lines environment variables, as containers do with the same files, so that
    /// libraries which read their credentials and endpoints there find them on a laptop too.
    /// </summary>
    public void Export()
    {
        foreach (var (name, value) in FileValues)
            Environment.SetEnvironmentVariable(name, value);
    }
}

/// <param name="Setting">Which.</param>
/// <param name="Shown">Its value, without a password.</param>
/// <param name="Source">File and line, "environment", or "default".</param>
public sealed record SettingValue(Setting Setting, string Shown, string Source);
