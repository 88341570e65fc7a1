using Amazon.SQS.Model;
using TaskQueue.Contracts;
using TaskQueue.Queues.Sqs;

namespace TaskQueue.Tests.Queues.Sqs;

/// <summary>What of a queue's attributes may cost tasks is said before it does.</summary>
public sealed class SqsWarningTests
{
    private const string Retention = "MessageRetentionPeriod";

    [Fact]
    public void A_queue_as_check_makes_it_gives_no_warning() =>
        Assert.Empty(Warnings(Tasks(), Dead()));

    [Fact]
    public void A_short_retention_is_a_warning_with_its_time() =>
        Assert.Contains("not done 4 days after the insert", Single(Tasks((Retention, "345600")), Dead()), StringComparison.Ordinal);

    [Fact]
    public void A_retention_of_a_minute_is_said_in_seconds() =>
        Assert.Contains("not done 60 s after", Single(Tasks((Retention, "60")), Dead()), StringComparison.Ordinal);

    [Fact]
    public void A_dead_letter_queue_that_forgets_earlier_than_its_source_is_a_warning() =>
        Assert.Contains("failed tasks in tasks_dead 4 days", Single(Tasks(), Dead((Retention, "345600"))), StringComparison.Ordinal);

    [Fact]
    public void A_missing_redrive_policy_is_a_warning() =>
        Assert.Contains("no redrive policy", Single(Tasks(("RedrivePolicy", null)), Dead()), StringComparison.Ordinal);

    [Theory]
    [InlineData("1")]
    [InlineData("5")]
    public void A_receive_count_within_the_attempts_is_a_warning(string count) =>
        Assert.Contains(
            $"maxReceiveCount of tasks is {count}", Single(Tasks(("RedrivePolicy", Redrive(count))), Dead()), StringComparison.Ordinal);

    [Fact]
    public void No_dead_letter_queue_at_all_is_a_warning() =>
        Assert.Contains("no worker starts without", Single(Tasks(("RedrivePolicy", null)), null), StringComparison.Ordinal);

    [Fact]
    public void A_dead_letter_queue_for_smaller_messages_is_a_warning() =>
        Assert.Contains("takes smaller messages", Single(Tasks(), Dead(("MaximumMessageSize", "262144"))), StringComparison.Ordinal);

    [Fact]
    public void No_time_limit_is_a_warning_because_SQS_has_one() =>
        Assert.Contains("12 h", Assert.Single(SqsWarnings.Of(Tasks(), Dead(), new QueueLimits { TaskTimeout = null })), StringComparison.Ordinal);

    private static string Single(SqsQueueInfo main, SqsQueueInfo? dead) => Assert.Single(Warnings(main, dead));

    private static IEnumerable<string> Warnings(SqsQueueInfo main, SqsQueueInfo? dead) => SqsWarnings.Of(main, dead, new QueueLimits());

    private static SqsQueueInfo Tasks(params (string Name, string? Value)[] changes) =>
        Queue("tasks", [("RedrivePolicy", Redrive("25")), .. changes]);

    private static SqsQueueInfo Dead(params (string Name, string? Value)[] changes) => Queue("tasks_dead", changes);

    private static SqsQueueInfo Queue(string name, (string Name, string? Value)[] changes)
    {
        var attributes = new Dictionary<string, string> { [Retention] = "1209600", ["MaximumMessageSize"] = "1048576" };
        foreach (var (attribute, value) in changes)
        {
            attributes.Remove(attribute);
            if (value is not null)
                attributes[attribute] = value;
        }
        return new SqsQueueInfo(name, $"https://sqs/{name}", new GetQueueAttributesResponse { Attributes = attributes });
    }

    private static string Redrive(string count) =>
        $$"""{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:tasks_dead","maxReceiveCount":{{count}}}""";
}
