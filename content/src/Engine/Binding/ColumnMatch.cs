using TaskQueue.Contracts;
using TaskQueue.Settings;
using TaskQueue.Tables;

namespace TaskQueue.Binding;

/// <summary>Finds the column of a parameter: by its exact name, else by the name without case and underscores.</summary>
internal static class ColumnMatch
{
    /// <returns>The column's index; -1 when there is none.</returns>
    public static int Find(Parameter parameter, ITable table)
    {
        var exact = IndexesWhere(table, name => name == parameter.Column);
        if (exact.Count == 1)
            return exact[0];

        var wanted = Fold(parameter.Column);
        var alike = IndexesWhere(table, name => Fold(name) == wanted);
        return alike.Count switch
        {
            0 => -1,
            1 => alike[0],
            _ => throw new TaskQueueException(
                ExitCode.BadInput,
                $"Several columns could be parameter {parameter.Name}: {string.Join(", ", alike.Select(index => Printable.Quote(table.Columns[index].Name)))}.",
                $"In table {table.Location}", $"Rename one of them to {parameter.Column}."),
        };
    }

    /// <summary>The name that somebody probably wrote for another: with a dash or something invisible in it, or with a typing error.</summary>
    /// <returns>Null when none is near.</returns>
    public static string? Nearest(string name, IEnumerable<string> candidates)
    {
        var wanted = LettersOf(name);
        return candidates.FirstOrDefault(candidate => LettersOf(candidate) == wanted)
            ?? NearMiss.Find(name, candidates, Math.Min(2, name.Length / 3));
    }

    private static List<int> IndexesWhere(ITable table, Func<string, bool> isMatch) =>
        [.. Enumerable.Range(0, table.Columns.Count).Where(index => isMatch(table.Columns[index].Name))];

    private static string LettersOf(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToUpperInvariant();

    private static string Fold(string name) => name.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();
}
