using System.Globalization;
using System.Text.Json;

namespace TaskQueue.Reports;

/// <summary>A column of a table of results.</summary>
/// <param name="Name">In the header.</param>
/// <param name="Kind">What its values are.</param>
/// <param name="Value">
/// Its value of a row: a text, a number (long or double), a time or a JSON value; null when there is none.
/// </param>
internal sealed record ResultColumn(string Name, ResultKind Kind, Func<ResultRow, object?> Value)
{
    private const string Iso8601 = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>The value of a row for people: texts without quotes, numbers with all their digits, the rest as JSON.</summary>
    public string? Text(ResultRow row) => Value(row) switch
    {
        JsonElement json => ResultValue.Text(json),
        DateTimeOffset time => time.UtcDateTime.ToString(Iso8601, CultureInfo.InvariantCulture),
        double number => number.ToString("0.###", CultureInfo.InvariantCulture),
        long number => number.ToString(CultureInfo.InvariantCulture),
        var text => (string?)text,
    };
}
