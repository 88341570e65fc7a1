using System.Text.Json;
using TaskQueue.Reports;

namespace TaskQueue.Tests.Reports;

/// <summary>The one kind that fits all values of a column, and loses nothing of any of them.</summary>
public sealed class KindFinderTests
{
    [Theory]
    [InlineData("[]", null, ResultKind.Text)]
    [InlineData("[null]", typeof(double), ResultKind.Float)]
    [InlineData("[null]", typeof(long?), ResultKind.Integer)]
    [InlineData("[true,null,false]", null, ResultKind.Boolean)]
    [InlineData("[1,-9223372036854775808]", null, ResultKind.Integer)]
    [InlineData("[1,2]", typeof(double), ResultKind.Float)]
    [InlineData("[1,2]", typeof(double?), ResultKind.Float)]
    [InlineData("[1,0.5]", null, ResultKind.Float)]
    [InlineData("[1E+300,0.1]", null, ResultKind.Float)]
    [InlineData("[9007199254740993,0.5]", null, ResultKind.Text)]
    [InlineData("[9007199254740993]", null, ResultKind.Integer)]
    [InlineData("[9223372036854775808]", null, ResultKind.Text)]
    [InlineData("[0.1234567890123456789]", typeof(decimal), ResultKind.Text)]
    [InlineData("[0.00012345678901234567]", null, ResultKind.Float)]
    [InlineData("[\"NaN\"]", null, ResultKind.Text)]
    [InlineData("[\"NaN\",1]", null, ResultKind.Float)]
    [InlineData("[\"-Infinity\"]", typeof(float), ResultKind.Float)]
    [InlineData("[\"NaN\",\"x\"]", null, ResultKind.Text)]
    [InlineData("[1,\"1\"]", null, ResultKind.Text)]
    [InlineData("[1,true]", null, ResultKind.Text)]
    [InlineData("[[1],[2]]", typeof(int[]), ResultKind.Text)]
    [InlineData("[{\"x\":1}]", null, ResultKind.Text)]
    [InlineData("[\"2024-02-29\"]", null, ResultKind.Text)]
    [InlineData("[\"2024-02-29\"]", typeof(DateOnly), ResultKind.Date)]
    [InlineData("[\"2024-02-29\",\"soon\"]", typeof(DateOnly), ResultKind.Text)]
    [InlineData("[\"2024-02-29T12:00:00Z\"]", typeof(DateTimeOffset), ResultKind.Instant)]
    [InlineData("[\"2024-02-29T12:00:00.123456+02:00\"]", typeof(DateTimeOffset?), ResultKind.Instant)]
    [InlineData("[\"2024-02-29T12:00:00\"]", typeof(DateTime), ResultKind.LocalTime)]
    [InlineData("[\"2024-02-29T12:00:00\",\"2024-02-29T12:00:00Z\"]", typeof(DateTime), ResultKind.Text)]
    [InlineData("[\"2024-02-29T12:00:00.1234567Z\"]", typeof(DateTimeOffset), ResultKind.Text)]
    internal void Values_and_their_type_give_the_kind(string values, Type? declared, ResultKind expected)
    {
        var finder = new KindFinder(declared is null ? [] : [declared]);

        foreach (var value in JsonDocument.Parse(values).RootElement.EnumerateArray())
            finder.Observe(value);

        Assert.Equal(expected, finder.Find());
    }
}
