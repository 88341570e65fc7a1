using System.Text.Json;
using TaskQueue.Tests.Pages;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Interop;

/// <summary>Messages that another language wrote, as the manual shows, are tasks like others.</summary>
public sealed class OtherLanguageTests(Emulators emulators, RabbitServer rabbit)
{
    [Fact]
    public async Task The_example_of_the_manual_queues_tasks_on_sqs_and_a_worker_runs_them()
    {
        using var models = new TemporaryFolder();
        using var project = new SampleProject(new()
        {
            ["TASKQUEUE_PATH"] = $"sqs://tasks-{Guid.NewGuid():n}",
            ["AWS_ENDPOINT_URL_SQS"] = await emulators.FauxqsAsync(),
            ["AWS_DATA_PATH"] = Boto.WriteModel(models.Path),
            ["AWS_REGION"] = "us-east-1",
            ["AWS_DEFAULT_REGION"] = "us-east-1",
            ["AWS_ACCESS_KEY_ID"] = "key",
            ["AWS_SECRET_ACCESS_KEY"] = "secret",
        });

        await RunAsync(project, "boto3");
    }

    [Fact]
    public async Task The_example_of_the_manual_queues_tasks_on_rabbitmq_and_a_worker_runs_them()
    {
        using var project = new SampleProject(new() { ["TASKQUEUE_PATH"] = await rabbit.NewQueueAsync() });

        await RunAsync(project, "pika");
    }

    [Fact]
    public void The_message_of_the_manual_is_the_first_of_its_examples()
    {
        var message = JsonDocument.Parse(PageExamples.Message()).RootElement;

        Assert.Equal(["v", "id", "task", "parameters"], message.EnumerateObject().Select(property => property.Name));
        Assert.Equal(message.GetProperty("id").GetString(), message.GetProperty("parameters").GetProperty("window_id").GetString());
    }

    private static async Task RunAsync(SampleProject project, string module)
    {
        await project.RunAsync("check", "--create");

        await project.RunPythonAsync(module, PageExamples.Python(module));
        await project.RunAsync("worker", "--exit-when-empty");

        var rows = (await project.RunAsync("results")).TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["extra-0", "extra-1", "extra-2"], rows.Select(row => row.GetProperty("id").GetString()).Order());
        Assert.All(rows, row => Assert.Equal(400, row.GetProperty("result").GetProperty("pixels").GetInt32()));
    }
}
