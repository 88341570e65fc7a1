using System.Text.Json;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Reports.Results;

namespace TaskQueue.Reports.Gather;

/// <summary>Where the block of a row lies in the raster, in pixels.</summary>
/// <param name="Id">The row's.</param>
/// <param name="Row">Its first line.</param>
/// <param name="Column">Its first column.</param>
/// <param name="Height">Its lines, without the pad.</param>
/// <param name="Width">Its columns, without the pad.</param>
/// <param name="Block">The object that holds it; null when the row is not done.</param>
internal sealed record BlockPlace(string Id, int Row, int Column, int Height, int Width, RasterBlock? Block)
{
    private const string Property = "block";

    public int Bottom => Row + Height;

    public int Right => Column + Width;

    public override string ToString() => $"row {Row}, column {Column}, {Height} x {Width}";

    /// <summary>Reads it from the record of a row.</summary>
    /// <param name="row">Done or missing.</param>
    /// <param name="objects">Finds the names of objects.</param>
    /// <param name="property">The property of the result that is the block; null for <c>block</c>, or the result itself.</param>
    /// <exception cref="TaskQueueException">The parameters are no window, or the result names no block (65).</exception>
    public static BlockPlace Of(ResultRow row, ResultObjects objects, string? property)
    {
        var place = new BlockPlace(
            row.Id, Number(row, "row", "row_off"), Number(row, "column", "col_off"), Number(row, "height"), Number(row, "width"),
            row.State == ResultRow.Done ? BlockOf(row, objects, property) : null);
        return place is { Row: >= 0, Column: >= 0, Height: > 0, Width: > 0 }
            && (long)place.Row + place.Height <= int.MaxValue && (long)place.Column + place.Width <= int.MaxValue
            ? place
            : throw Refuse(row.Id, $"has the window {place}", "Rows and columns count from 0, heights and widths from 1.");
    }

    private static int Number(ResultRow row, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            if (row.Parameters.ValueKind == JsonValueKind.Object && row.Parameters.TryGetProperty(name, out var value))
                return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
                    ? number
                    : throw Refuse(row.Id, $"has no whole number in the parameter {name}", "Windows are in pixels.");
        throw Refuse(
            row.Id, $"has no parameter {string.Join(" or ", names.ToArray())}",
            "A block's place is in row (or row_off), column (or col_off), height and width, as make-table grid writes them.");
    }

    private static RasterBlock BlockOf(ResultRow row, ResultObjects objects, string? property)
    {
        var result = row.Result ?? default;
        var (isRecord, block) = (result.ValueKind == JsonValueKind.Object, result);
        if (property is not null || (isRecord && !result.TryGetProperty("name", out _)))
            block = isRecord && result.TryGetProperty(property ?? Property, out var value) ? value : default;
        try
        {
            var found = block.ValueKind switch
            {
                JsonValueKind.String => new RasterBlock(NameOf(block, objects)),
                JsonValueKind.Object when block.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String =>
                    block.Deserialize<RasterBlock>(TaskJson.Options)! with { Name = NameOf(name, objects) },
                _ => throw Refuse(
                    row.Id, $"has a result that names no block{(property is null ? "" : $" in {Printable.Quote(property)}")}",
                    $"Return the name of the array, or a record with the property {property ?? Property}: docs/gather.md"),
            };
            return found is { Top: >= 0, Left: >= 0, Bottom: >= 0, Right: >= 0 }
                ? found
                : throw Refuse(row.Id, "has a pad below 0", "Pads count the lines and columns that are cut off.");
        }
        catch (JsonException e)
        {
            throw Refuse(row.Id, $"has a result whose block is not understood: {TaskJson.Explain(e)}", "See docs/gather.md");
        }
    }

    /// <summary>A path or URL below CF_CLOUDPATH, or a name there.</summary>
    private static string NameOf(JsonElement text, ResultObjects objects) => objects.FindIn(text).FirstOrDefault() ?? text.GetString()!;

    private static TaskQueueException Refuse(string id, string what, string next) => new(ExitCode.BadInput, $"Row {Printable.Quote(id)} {what}.", null, next);
}
