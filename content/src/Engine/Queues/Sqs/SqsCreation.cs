using System.Globalization;
using System.Text.Json;
using Amazon.SQS.Model;
using TaskQueue.Contracts;

namespace TaskQueue.Queues.Sqs;

/// <summary>Makes a queue and its dead-letter queue where they are missing; what is there stays as it is.</summary>
internal sealed class SqsCreation(SqsClient client, SqsQueueFinder finder, string name, QueueLimits limits)
{
    private const string Retention = "1209600";

    /// <summary>Deliveries are more than attempts: give-backs and crashes count. The limit is a net.</summary>
    private const int MoreThanAttempts = 20;
    private const int MostReceives = 1000;

    /// <summary>1 MiB; some services, and Amazon's until August 2025, allow no more than a quarter of it.</summary>
    private const string LargeMessages = "1048576";
    private const string SmallMessages = "262144";

    /// <summary>What users of a queue have to be allowed (https://docs.aws.amazon.com/service-authorization).</summary>
    private static readonly string[] Permissions =
    [
        "to be allowed on both queues:",
        "  all verbs       sqs:GetQueueUrl, sqs:GetQueueAttributes",
        "  insert-tasks    sqs:SendMessage",
        "  worker          sqs:ReceiveMessage, sqs:ChangeMessageVisibility, sqs:DeleteMessage, sqs:SendMessage",
        "  failed          sqs:ReceiveMessage, sqs:ChangeMessageVisibility",
        "  requeue         sqs:ReceiveMessage, sqs:ChangeMessageVisibility, sqs:DeleteMessage, sqs:SendMessage",
        "  purge           sqs:PurgeQueue",
        "  delete-queue    sqs:DeleteQueue",
        "  check --create  sqs:CreateQueue, sqs:SetQueueAttributes",
    ];

    public static int MaxReceiveCount(QueueLimits limits) => Math.Min(limits.MaxAttempts + MoreThanAttempts, MostReceives);

    /// <returns>What was made, and what users have to be allowed, one line each.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken) =>
        [.. await MakeAsync(cancellationToken), .. Permissions];

    private async Task<IReadOnlyList<string>> MakeAsync(CancellationToken cancellationToken)
    {
        var made = new List<string>();
        var main = await finder.TryFindAsync(name, cancellationToken);
        if (main?.Redrive is not null)
            return [$"{name} is there already, and stays as it is"];

        var deadName = name + SqsQueueFinder.DeadEnding;
        var dead = await finder.TryFindAsync(deadName, cancellationToken);
        if (dead is null)
        {
            dead = await CreateAsync(deadName, new() { ["MessageRetentionPeriod"] = Retention }, cancellationToken);
            made.Add($"made {deadName}: retention 14 days, messages up to {dead.MaxMessageBytes} bytes");
        }
        var redrive = JsonSerializer.Serialize(
            new { deadLetterTargetArn = dead.Answer.QueueARN, maxReceiveCount = MaxReceiveCount(limits) });
        if (main is null)
        {
            var visibility = SqsReceiver.Seconds(limits.Lease).ToString(CultureInfo.InvariantCulture);
            main = await CreateAsync(
                name, new() { ["MessageRetentionPeriod"] = Retention, ["VisibilityTimeout"] = visibility, ["RedrivePolicy"] = redrive },
                cancellationToken);
            made.Add(
                $"made {name}: retention 14 days, messages up to {main.MaxMessageBytes} bytes, visibility {visibility} s, "
                + $"to {deadName} after {MaxReceiveCount(limits)} deliveries");
        }
        else
        {
            await client.SetQueueAttributesAsync(new(main.Url, new() { ["RedrivePolicy"] = redrive }), cancellationToken);
            made.Add($"{name} goes to {deadName} after {MaxReceiveCount(limits)} deliveries from now on");
        }
        return made;
    }

    private async Task<SqsQueueInfo> CreateAsync(string queue, Dictionary<string, string> attributes, CancellationToken cancellationToken)
    {
        try
        {
            return await CreateAsync(queue, attributes, LargeMessages, cancellationToken);
        }
        catch (TaskQueueException e) when (SqsErrors.IsWrongAttribute(e))
        {
            return await CreateAsync(queue, attributes, SmallMessages, cancellationToken);
        }
    }

    private async Task<SqsQueueInfo> CreateAsync(
        string queue, Dictionary<string, string> attributes, string maxMessageBytes, CancellationToken cancellationToken)
    {
        attributes["MaximumMessageSize"] = maxMessageBytes;
        var answer = await client.CreateQueueAsync(new CreateQueueRequest(queue) { Attributes = attributes }, cancellationToken);
        return await finder.DescribeAsync(queue, answer.QueueUrl, cancellationToken);
    }
}
