using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Queues.Sqs;

namespace TaskQueue.Tests.Queues.Sqs;

public sealed class SqsAddressTests
{
    [Theory]
    [InlineData("sqs://tasks", "tasks", null)]
    [InlineData("sqs://eu-central-1/my_tasks-2", "my_tasks-2", "eu-central-1")]
    [InlineData("sqs://us-gov-west-1/tasks", "tasks", "us-gov-west-1")]
    [InlineData("https://sqs.eu-west-3.amazonaws.com/123456789012/tasks", "tasks", "eu-west-3")]
    [InlineData("https://sqs.cn-north-1.amazonaws.com.cn/123456789012/tasks", "tasks", "cn-north-1")]
    [InlineData("https://eu-west-1.queue.amazonaws.com/123456789012/tasks", "tasks", "eu-west-1")]
    [InlineData("https://vpce-1a-2b.sqs.us-east-2.vpce.amazonaws.com/123456789012/tasks", "tasks", "us-east-2")]
    [InlineData("https://elastic.example:9324/000000000000/tasks", "tasks", null)]
    [InlineData("http://127.0.0.1:9324/000000000000/tasks", "tasks", null)]
    [InlineData("http://sqs.us-east-1.localhost:4576/000000000000/tasks", "tasks", "us-east-1")]
    public void Names_and_urls_are_read(string path, string name, string? region)
    {
        var address = Parse(path);

        Assert.Equal((name, region), (address.Name, address.Region));
        Assert.Equal(path.StartsWith("sqs:", StringComparison.Ordinal) ? null : path, address.Url?.AbsoluteUri);
    }

    [Theory]
    [InlineData("sqs://", "not the name or URL")]
    [InlineData("sqs://a/b/c", "not the name or URL")]
    [InlineData("sqs://Region/tasks", "not the name or URL")]
    [InlineData("sqs://tasks.fifo", "FIFO queue 'tasks.fifo'")]
    [InlineData("https://sqs.eu-west-3.amazonaws.com/123456789012/tasks.fifo", "FIFO queue 'tasks.fifo'")]
    [InlineData("sqs://my.tasks", "'my.tasks' cannot be the name")]
    [InlineData("https://sqs.eu-west-3.amazonaws.com/tasks", "not the name or URL")]
    [InlineData("https://sqs.eu-west-3.amazonaws.com/123456789012/tasks?x=1", "not the name or URL")]
    [InlineData("http://sqs.eu-west-3.amazonaws.com/123456789012/tasks", "not the name or URL")]
    [InlineData("http://169.254.169.254/latest/meta-data", "not the name or URL")]
    public void What_names_no_standard_queue_is_refused(string path, string why)
    {
        var error = Assert.Throws<TaskQueueException>(() => Parse(path));

        Assert.Equal(ExitCode.Configuration, error.ExitCode);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_in_a_url_is_refused_and_not_shown()
    {
        var error = Assert.Throws<TaskQueueException>(() => Parse("https://user:secret@sqs.eu-west-3.amazonaws.com/1/tasks"));

        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_time_limit_beyond_what_SQS_allows_is_refused()
    {
        var error = Assert.Throws<TaskQueueException>(() => QueueKinds.Open("sqs://us-east-1/tasks", "/", new() { TaskTimeout = TimeSpan.FromHours(13) }));

        Assert.Equal(ExitCode.Configuration, error.ExitCode);
        Assert.Contains("TASK_TIMEOUT_SECONDS is 46800", error.Message, StringComparison.Ordinal);
    }

    private static SqsAddress Parse(string path)
    {
        var parts = path.Split("://", 2);
        return SqsAddress.Parse(new QueueAddress(parts[0], parts[1], "/", new QueueLimits()));
    }
}
