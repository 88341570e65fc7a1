using TaskQueue.Contracts;
using TaskQueue.Settings;

namespace TaskQueue.Reports.Results;

/// <summary>The columns that <c>--columns</c> names.</summary>
internal static class ResultChoice
{
    /// <summary>Takes the option's value apart; null when it was not given.</summary>
    public static IReadOnlyList<string>? Parse(string? names) => names?.Split(',', StringSplitOptions.TrimEntries);

    /// <returns>Their numbers; null when nothing was chosen.</returns>
    /// <exception cref="TaskQueueException">There is no such column, or it is named twice (64).</exception>
    public static int[]? Find(List<string> columns, IReadOnlyList<string>? chosen)
    {
        if (chosen is null)
            return null;

        var repeated = chosen.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1);
        if (repeated is not null)
            throw new TaskQueueException(ExitCode.Usage, $"--columns names {Printable.Quote(repeated.Key)} twice.");

        return [.. chosen.Select(name => columns.IndexOf(name) is >= 0 and var index ? index : throw Unknown(name, columns))];
    }

    private static TaskQueueException Unknown(string name, List<string> columns) => new(
        ExitCode.Usage, $"--columns names {Printable.Quote(name)}, which no row has.",
        $"Columns are {string.Join(", ", columns.Select(Printable.Short))}.",
        name.Length > 0 && NearMiss.Find(name, columns) is { } meant ? $"Did you mean {Printable.Short(meant)}?" : "See: dotnet run help results");
}
