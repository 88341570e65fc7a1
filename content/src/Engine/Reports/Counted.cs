using System.Globalization;

namespace TaskQueue.Reports;

/// <summary>Numbers for people.</summary>
internal static class Counted
{
    /// <summary><c>1 task</c>, <c>12,345 tasks</c>.</summary>
    public static string Tasks(long count) => count == 1 ? "1 task" : $"{Number(count)} tasks";

    /// <summary><c>12,345</c></summary>
    public static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
