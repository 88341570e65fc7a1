using System.Globalization;
using System.Text.Json;
using TaskQueue.Contracts;

namespace TaskQueue.Queues.Sqs;

/// <summary>Makes a queue and its dead-letter queue where they are missing; what is there stays as it is.</summary>
internal sealed class SqsCreation(SqsClient client, string name, QueueLimits limits, string location)
{
    private const string Retention = "1209600";

    /// <summary>Deliveries are more than attempts: give-backs and crashes count. The limit is a net.</summary>
    private const int MoreThanAttempts = 20;
    private const int MostReceives = 1000;

    /// <summary>1 MiB; some services, and Amazon's until August 2025, allow no more than a quarter of it.</summary>
    private const string LargeMessages = "1048576";
    private const string SmallMessages = "262144";

    private readonly SqsDirectory _directory = new(client, location);

    public static int MaxReceiveCount(QueueLimits limits) => Math.Min(limits.MaxAttempts + MoreThanAttempts, MostReceives);

    /// <returns>What was made, one line each.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        var made = new List<string>();
        var main = await _directory.TryFindAsync(new(name), cancellationToken);
        if (main?.Redrive is not null)
            return [$"{name} is there already, and stays as it is"];

        var deadName = name + SqsPlaces.DeadEnding;
        var dead = await _directory.TryFindAsync(new(deadName), cancellationToken);
        if (dead is null)
        {
            dead = await CreateAsync(deadName, new() { ["MessageRetentionPeriod"] = Retention }, cancellationToken);
            made.Add($"made {deadName}: retention 14 days, messages up to {dead.MaxMessageBytes} bytes");
        }
        var redrive = JsonSerializer.Serialize(
            new { deadLetterTargetArn = dead.Attributes["QueueArn"], maxReceiveCount = MaxReceiveCount(limits) });
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
            var change = new ChangeRequest(main.Url, new Dictionary<string, string> { ["RedrivePolicy"] = redrive });
            await client.CallAsync<Nothing>("SetQueueAttributes", change, location, cancellationToken);
            made.Add($"{name} goes to {deadName} after {MaxReceiveCount(limits)} deliveries from now on");
        }
        return made;
    }

    private async Task<SqsPlace> CreateAsync(string queue, Dictionary<string, string> attributes, CancellationToken cancellationToken)
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

    private async Task<SqsPlace> CreateAsync(
        string queue, Dictionary<string, string> attributes, string maxMessageBytes, CancellationToken cancellationToken)
    {
        attributes["MaximumMessageSize"] = maxMessageBytes;
        var answer = await client.CallAsync<UrlAnswer>("CreateQueue", new CreateRequest(queue, attributes), location, cancellationToken);
        return await _directory.DescribeAsync(queue, answer.QueueUrl, cancellationToken);
    }
}
