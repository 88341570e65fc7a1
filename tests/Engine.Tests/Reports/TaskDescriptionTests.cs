using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Reports;
using TaskQueue.Tests.Binding;

namespace TaskQueue.Tests.Reports;

/// <summary>What describe says of the columns that a table needs.</summary>
public sealed class TaskDescriptionTests
{
    [Fact]
    public void Nested_records_and_lists_are_explained_once()
    {
        using var output = new StringWriter { NewLine = "\n" };

        TaskDescription.Write(TestTask<NestedParameters>.Definition, typeof(NestedParameters).Assembly, output);

        Assert.Equal(
            [
                "type columns that fit",
                "long int8 to int64, uint8 to uint64",
                "Place struct with east (double), north (double?), next (Place)",
                "double float16 to float64, int8 to int64, uint8 to uint64",
                "Place[] list",
            ],
            output.ToString().Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
                .SkipWhile(line => line != "type columns that fit").TakeWhile(line => line.Length > 0));
    }
}

public sealed record Place(double East, double? North = null, Place? Next = null);

public sealed record NestedParameters([property: TaskId] long Id, Place Start, Place[] Way);
