using System.Text;
using System.Text.Json;
using TaskQueue.Binding;
using TaskQueue.Client;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Tables;
using TaskQueue.Tests.Binding;

namespace TaskQueue.Tests.Client;

/// <summary>Values of a program are rows of a table: the same ids, the same refusals.</summary>
public sealed class ValueMessagesTests
{
    public sealed record Hashed(string Name, long Count, double Threshold = 0.5, string? Note = null, bool IsOpen = false);

    public sealed record Numbered([property: TaskId] long Cell, string Name = "");

    public sealed record Dated([property: TaskId] DateOnly Day, string Name = "");

    public sealed record Broken(string Name)
    {
        public int Length => Name.Length > 0 ? throw new InvalidOperationException("It has no length.") : 0;
    }

    [Fact]
    public void The_id_of_a_value_is_that_of_a_tables_row_with_the_same_parameters()
    {
        using var table = new ListTable(
            ListColumn.Texts("name", "tile é", "second"), ListColumn.Integers("count", long.MaxValue, 2), ListColumn.Floats("threshold", 0.1, 3),
            ListColumn.Texts("note", null, "n\"1"), ListColumn.Booleans("is_open", true, false));
        var binding = TableBinding.Create(TestTask<Hashed>.Definition, table, new Dictionary<string, string>());
        using var ids = new RowIds(binding);
        using var messages = Messages<Hashed>();
        Hashed[] values = [new("tile é", long.MaxValue, 0.1, null, true), new("second", 2, 3, "n\"1")];

        var expected = table.ReadBatches().SelectMany(batch => Enumerable.Range(0, batch.Length).Select(row => Encoding.UTF8.GetString(ids.Get(batch, row)))).ToList();
        var given = values.Select(value => IdOf(messages.Create(value))).ToList();

        Assert.Equal(expected, given);
    }

    [Fact]
    public void The_property_that_is_marked_identifies_a_value()
    {
        using var numbered = Messages<Numbered>();
        using var dated = Messages<Dated>();

        Assert.Equal("9007199254740993", IdOf(numbered.Create(new Numbered(9007199254740993))));
        Assert.Equal("2026-05-01", IdOf(dated.Create(new Dated(new(2026, 5, 1)))));
    }

    [Fact]
    public void A_message_can_be_read_by_a_worker_and_takes_over_what_nobody_is_at()
    {
        using var messages = Messages<Numbered>();

        messages.Create(new Numbered(1, "first"));
        var queued = messages.Create(new Numbered(2, "second"));
        var message = TaskMessage.TryRead(queued.Body.Span)!;

        Assert.True(queued.Again);
        Assert.Equal(("2", "run-1", "build-1", 1L, true, false), (message.Id, message.Run, message.Build, message.Row, message.Repeat, message.Again));
        Assert.Equal(new Numbered(2, "second"), TestTask<Numbered>.Definition.Bind(message.Parameters));
    }

    [Fact]
    public void A_value_that_cannot_be_a_task_is_refused()
    {
        using var hashed = Messages<Hashed>();
        using var dated = Messages<Broken>();
        using var small = Messages<Hashed>(mostBytes: 100);

        AssertRefused("A value is null", () => hashed.Create<Hashed>(null!));
        AssertRefused("A value does not fit", () => hashed.Create(new Hashed(null!, 1)));
        AssertRefused("A value cannot be written as JSON: It has no length.", () => dated.Create(new Broken("a")));
        AssertRefused("A value is at most 100 bytes as JSON", () => small.Create(new Hashed("a", 1)));
    }

    private static void AssertRefused(string what, Func<QueuedMessage> create)
    {
        var error = Assert.Throws<TaskQueueException>(() => create());
        Assert.Equal(ExitCode.BadInput, error.ExitCode);
        Assert.StartsWith(what, error.Message, StringComparison.Ordinal);
    }

    private static ValueMessages Messages<TParameters>(int mostBytes = 1 << 20) =>
        new(TestTask<TParameters>.Definition, "run-1", "build-1", mostBytes);

    private static string IdOf(QueuedMessage message)
    {
        var id = Encoding.UTF8.GetString(message.Id.Span);
        Assert.Equal(id, JsonDocument.Parse(message.Body).RootElement.GetProperty("id").GetString());
        return id;
    }
}
