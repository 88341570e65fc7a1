using System.Globalization;
using System.Text.RegularExpressions;
using TaskQueue.Contracts;

namespace TaskQueue.Records.Runs;

/// <summary>Names of runs.</summary>
public static partial class RunName
{
    /// <summary>Makes a name. Names sort by time, and those of one second differ.</summary>
    public static string Create(DateTimeOffset now) =>
        string.Create(CultureInfo.InvariantCulture, $"{now.UtcDateTime:yyyyMMdd-HHmmss}-{Random.Shared.Next(0x10000):x4}");

    /// <summary>Checks a name that a person gave.</summary>
    /// <exception cref="TaskQueueException">It is none (exit code 64).</exception>
    public static string Check(string name) => Pattern().IsMatch(name) ? name : throw new TaskQueueException(
        ExitCode.Usage, $"{Printable.Short(name)} is no name of a run: lower-case letters, digits, - and _ are allowed, 1 to 63 of them, a letter or digit first.",
        next: "Write, for example: --run spring-2026");

    [GeneratedRegex(@"^[a-z0-9][a-z0-9_-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
