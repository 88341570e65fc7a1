using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Tests.Queues.Sqs;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Worker;

/// <summary>A queue of its own for one test, of any kind: the lines of task.env that name it, and how the test opens it.</summary>
/// <param name="Settings">Lines of task.env.</param>
/// <param name="Open">Opens the queue; null for the file.</param>
/// <param name="Ports">The TCP ports of its server; none for the file.</param>
internal sealed record QueueOfKind(IReadOnlyList<string> Settings, Func<ITaskQueue>? Open, IReadOnlyList<int> Ports)
{
    /// <param name="kind">fq, amqp or sqs.</param>
    /// <param name="rabbit">The broker that tests share.</param>
    /// <param name="emulators">Of SQS.</param>
    /// <param name="limits">As the settings of the test's project have them; null for their defaults.</param>
    public static async Task<QueueOfKind> CreateAsync(string kind, RabbitServer rabbit, Emulators emulators, QueueLimits? limits = null)
    {
        switch (kind)
        {
            case "amqp":
                var path = await rabbit.NewQueueAsync();
                return new([$"TASKQUEUE_PATH={path}"], () => QueueKinds.Open(path, "/", limits), [new Uri(path).Port]);
            case "sqs":
                var url = await emulators.FauxqsAsync();
                var server = new SqsServer(url);
                var name = await server.CreateAsync();
                return new(
                    [$"TASKQUEUE_PATH=sqs://us-east-1/{name}", $"AWS_ENDPOINT_URL_SQS={url}", "AWS_ACCESS_KEY_ID=key", "AWS_SECRET_ACCESS_KEY=secret"],
                    () => server.Open(name), [new Uri(url).Port]);
            default:
                return new([], null, []);
        }
    }
}
