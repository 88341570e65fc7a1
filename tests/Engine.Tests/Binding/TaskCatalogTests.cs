using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Tables;

namespace TaskQueue.Tests.Binding;

/// <summary>Tasks are found by reflection, and named after their classes.</summary>
public sealed class TaskCatalogTests
{
    [Fact]
    public void A_task_is_named_after_its_class_without_the_word_task()
    {
        var task = new TaskCatalog(typeof(SampleProgram.EchoTask).Assembly).Select(null);

        Assert.Equal("echo", task.Name);
        Assert.Equal(["id", "value", "act"], task.Parameters.Select(parameter => parameter.Column));
        Assert.Equal("id", task.Id?.Column);
    }

    [Fact]
    public void An_unknown_name_is_refused_with_those_that_exist()
    {
        var error = Assert.Throws<TaskQueueException>(() => new TaskCatalog(typeof(SampleProgram.EchoTask).Assembly).Select("ecko"));

        Assert.Equal(ExitCode.Usage, error.ExitCode);
        Assert.Contains("echo", error.Message, StringComparison.Ordinal);
    }

    /// <summary>The two tasks of this assembly have the same parameters.</summary>
    [Theory]
    [InlineData("id", "more than one of them fits this table's columns")]
    [InlineData("ids", "none of them fits this table's columns")]
    public void A_table_that_fits_no_single_task_needs_a_name(string column, string what)
    {
        var table = new ListTable(ListColumn.Integers(column, 1) with { Kind = ColumnKind.Text, Type = "utf8" });

        var error = Assert.Throws<TaskQueueException>(() => new TaskCatalog(typeof(LedgerProgram.LedgerTask).Assembly).SelectFor(table, []));

        Assert.Equal(ExitCode.Usage, error.ExitCode);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        Assert.Contains("Use --task with one of: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_project_without_tasks_is_told_what_to_write()
    {
        var error = Assert.Throws<TaskQueueException>(() => new TaskCatalog(typeof(TaskCatalog).Assembly));

        Assert.Equal(ExitCode.Configuration, error.ExitCode);
        Assert.Contains("ITask<TParameters, TResult>", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parameters_that_are_no_record_are_refused()
    {
        var error = Assert.Throws<TaskQueueException>(() => TaskDefinition.Of(typeof(TestTask<int>)));

        Assert.Equal(ExitCode.Configuration, error.ExitCode);
        Assert.Contains("not a record", error.Message, StringComparison.Ordinal);
    }
}
