using TaskQueue.Binding;
using TaskQueue.Contracts;

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
