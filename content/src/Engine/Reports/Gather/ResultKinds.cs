using System.Text.Json;
using TaskQueue.Contracts;
using TaskQueue.Reports.Results;

namespace TaskQueue.Reports.Gather;

/// <summary>What kinds of values the results of rows have so far: no property may have two.</summary>
internal sealed class ResultKinds
{
    /// <summary>No property is called so.</summary>
    private const string Whole = "\n";
    private const string Line = "";

    private readonly Dictionary<string, (string Kind, string Row)> _seen = [];
    private readonly Dictionary<string, Type> _types = [];

    /// <summary>Checks the whole result of a row: a list, or no list.</summary>
    /// <exception cref="TaskQueueException">Another row's result is of another kind (65).</exception>
    public void Check(string row, JsonElement result) =>
        Check(row, Whole, result.ValueKind == JsonValueKind.Null ? null : result.ValueKind == JsonValueKind.Array ? "a list" : "no list");

    /// <summary>Checks the result of a row, or an element of it.</summary>
    /// <exception cref="TaskQueueException">One of its values is of another kind than that of another row (65).</exception>
    public void CheckLine(string row, JsonElement line)
    {
        Check(row, Line, KindOf(line));
        if (line.ValueKind == JsonValueKind.Object)
            foreach (var property in line.EnumerateObject())
                Check(row, property.Name, KindOf(property.Value));
    }

    /// <summary>Learns which columns a line needs.</summary>
    public void AddTypes(JsonElement line)
    {
        if (line.ValueKind == JsonValueKind.Object)
            foreach (var property in line.EnumerateObject())
                Add(property.Name, property.Value);
        else
            Add(Line, line);
    }

    /// <summary>The columns of all lines so far.</summary>
    public ResultShape Shape => new(
        Known(_types.GetValueOrDefault(Line, typeof(object))), [.. _types.Where(type => type.Key != Line).Select(type => (type.Key, Known(type.Value), true))]);

    /// <summary>Where no row has a value, a text.</summary>
    private static Type Known(Type type) => type == typeof(object) ? typeof(string) : type;

    private void Add(string name, JsonElement value)
    {
        Type? type = value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.True or JsonValueKind.False => typeof(bool),
            JsonValueKind.Number => value.TryGetInt64(out _) ? typeof(long) : typeof(double),
            _ => typeof(string),
        };
        if (!_types.TryGetValue(name, out var known) || known == typeof(object))
            _types[name] = type ?? typeof(object);
        else if (type is not null && type != known)
            // Kinds are checked: what differs is a whole number and another one, or a number and the text NaN.
            _types[name] = typeof(double);
    }

    private void Check(string row, string name, string? kind)
    {
        if (kind is null || _seen.TryAdd(name, (kind, row)) || _seen[name].Kind == kind)
            return;
        var what = name switch { Whole or Line => "the result", _ => Printable.Quote(name) };
        throw new TaskQueueException(
            ExitCode.BadInput,
            $"Rows {Printable.Quote(_seen[name].Row)} and {Printable.Quote(row)} have results of different types: {what} is {_seen[name].Kind} in the first, {kind} in the second.",
            null, "Run one of them again with this version of the task, or choose one run with --run.");
    }

    /// <summary>Null for values of all kinds.</summary>
    private static string? KindOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => "a number",
        // So numbers are written that JSON cannot have.
        JsonValueKind.String => value.GetString() is "NaN" or "Infinity" or "-Infinity" ? null : "a text",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        JsonValueKind.Object => "a record",
        JsonValueKind.Array => "a list",
        _ => null,
    };
}
