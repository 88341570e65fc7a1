using System.Text;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Tests.Commands;

namespace TaskQueue.Tests.Worker;

/// <summary>Messages that other programs wrote: a value that would lose something is rejected, and said to be.</summary>
public sealed class ForeignMessageTests : IDisposable
{
    private readonly CommandProject _project = new();

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData(""" "parameters":{"id":1,"value":9007199254740993} """, "'9007199254740993' is a whole number that double cannot hold exactly. Path: $.value.")]
    [InlineData(""" "parameters":{"id":1,"value":1e400} """, "'1e400' is too large for double. Path: $.value.")]
    [InlineData(""" "parameters":{"id":1.5,"value":1} """, "Either the JSON value is not in a supported format, or is out of bounds for an Int64. Path: $.id.")]
    [InlineData(""" "parameters":{"id":9223372036854775808,"value":1} """, "Either the JSON value is not in a supported format, or is out of bounds for an Int64. Path: $.id.")]
    [InlineData(""" "row":0 """, "There are no parameters.")]
    public async Task A_value_that_does_not_fit_is_parked_at_once_with_its_place(string rest, string why)
    {
        var record = await RunAsync(rest);

        Assert.Equal((true, 1, $"The message's parameters do not fit: {why}"), (record.Parked, record.Attempt, record.Message));
    }

    [Fact]
    public async Task An_id_that_is_not_the_value_of_its_property_is_parked_at_once()
    {
        var record = await RunAsync(""" "parameters":{"id":2,"value":1} """);

        Assert.Equal((true, "The message's id is '1', but its id is '2': the id has to be the value of id."), (record.Parked, record.Message));
    }

    private async Task<FailedRecord> RunAsync(string rest)
    {
        var stop = TestContext.Current.CancellationToken;
        await using (var queue = QueueKinds.Open("fq://queue", _project.Root))
        {
            var body = Encoding.UTF8.GetBytes($$"""{"v":1,"id":"1","task":"echo",{{rest}}}""");
            await queue.InsertAsync([new QueuedMessage(CommandProject.Task, "1"u8.ToArray(), body)], _ => { }, stop);
        }

        Assert.Equal(ExitCode.Done, (await _project.RunAsync("worker --exit-when-empty")).Code);

        return (await _project.Records.Failed.FindLastAsync(CommandProject.Task, "1", stop))!;
    }
}
