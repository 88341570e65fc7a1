using RabbitMQ.Client;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Commands;

/// <summary>The same project with its queue on RabbitMQ: config/task.env differs, and nothing else.</summary>
public sealed class RabbitProjectTests(RabbitServer server) : IDisposable
{
    private readonly CommandProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task The_main_job_and_every_verb_run_on_RabbitMQ()
    {
        var path = await server.NewQueueAsync();
        var shown = path.Replace("guest:guest@", "", StringComparison.Ordinal);
        _project.WriteSettings($"TASKQUEUE_PATH={path}\nTQ_MAX_ATTEMPTS=2\n");

        var first = await RunAsync(
            "$P check --create && $P insert-tasks && $P worker --exit-when-empty && $P status && $P results --output r.csv && wc -l <r.csv");

        Assert.Equal((0, ""), (first.Code, first.Code == 0 ? "" : first.Error));
        Assert.Contains($"Queued 12 of 12 rows of tasks.feather in {shown}", first.Output);
        Assert.Contains("failed   2 (see", first.Output);
        Assert.EndsWith("11", first.Output.TrimEnd());

        var mended = await RunAsync(
            "$P failed && $P requeue --all && $P release && $P status && $P insert-tasks --dry-run && $P purge --yes && $P delete-queue --yes");

        Assert.Equal((0, ""), (mended.Code, mended.Code == 0 ? "" : mended.Error));
        Assert.Contains("2 tasks failed.", mended.Output);
        Assert.Contains($"Put 2 tasks back in {shown}\n", mended.Output);
        Assert.Contains("Released 0 tasks", mended.Output);
        Assert.Contains("queued   2", mended.Output);
        Assert.Contains("(10 are done)", mended.Output);
        Assert.Contains("Removed 2 tasks", mended.Output);
        Assert.DoesNotContain("guest:guest", first.Output + first.Error + mended.Output + mended.Error);
        await BuiltProgram.AssertRefusedAsync(_project.Root, 78, "There is no queue", "status");
    }

    [Fact]
    public async Task A_classic_queue_of_that_name_is_refused_by_check_too()
    {
        var (broker, name) = (await server.StartedAsync(), RabbitServer.NewName());
        var factory = new ConnectionFactory { Uri = new Uri(broker.Url) };
        await using var connection = await factory.CreateConnectionAsync(TestContext.Current.CancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken);
        await channel.QueueDeclareAsync(name, durable: true, exclusive: false, autoDelete: false, cancellationToken: TestContext.Current.CancellationToken);
        _project.WriteSettings($"TASKQUEUE_PATH={broker.Url}/{name}\n");

        var check = await RunAsync("$P check");

        Assert.Equal(78, check.Code);
        var line = check.Output.Split('\n').Single(line => line.StartsWith("queue ", StringComparison.Ordinal));
        Assert.Equal($"queue     problem  The queue '{name}' exists with other arguments: x-queue-type=classic.", line);
        await BuiltProgram.AssertRefusedAsync(_project.Root, 78, $"The queue '{name}' exists with other arguments", "insert-tasks", "worker");
        await channel.QueueDeleteAsync(name, cancellationToken: TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_wrong_password_is_said_by_every_verb_and_shown_by_none()
    {
        var broker = await server.StartedAsync();
        _project.WriteSettings($"TASKQUEUE_PATH=amqp://guest:s3cret@127.0.0.1:{broker.Port}/q\n");

        await BuiltProgram.AssertRefusedAsync(
            _project.Root, 77, "The broker refuses user 'guest' or the password.", "insert-tasks", "worker", "status");
        Assert.DoesNotContain("s3cret", (await RunAsync("$P status; $P check")).Error);
    }

    private Task<(int Code, string Output, string Error)> RunAsync(string script) => BuiltProgram.ShellAsync(_project.Root, script);
}
