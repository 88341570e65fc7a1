namespace TaskQueue.Settings;

/// <summary>A <c>NAME=value</c> line of an env file.</summary>
/// <param name="Name">What stands left of the first equals sign.</param>
/// <param name="Value">What stands right of it, literally.</param>
/// <param name="Where">File and line, for messages.</param>
public sealed record EnvLine(string Name, string Value, string Where);
