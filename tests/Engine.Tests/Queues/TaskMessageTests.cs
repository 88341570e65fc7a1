using System.Text;
using TaskQueue.Queues;

namespace TaskQueue.Tests.Queues;

public sealed class TaskMessageTests
{
    [Theory]
    [InlineData("""{"v":1,"id":"a","task":"t","parameters":{"x":1}}""", """{"v":1,"id":"a","task":"t","parameters":{"x":1},"repeat":true}""")]
    [InlineData("""{"id":"a","repeat":false}""", """{"id":"a","repeat":false,"repeat":true}""")]
    [InlineData("{\"id\":\"a\"} \n", """{"id":"a","repeat":true}""")]
    [InlineData("""{"id":"a","repeat":true}""", """{"id":"a","repeat":true}""")]
    [InlineData("not json", "not json")]
    [InlineData("[1]", "[1]")]
    [InlineData("{}", "{}")]
    [InlineData("", "")]
    public void A_message_is_marked_as_a_repeat_and_what_is_none_stays_as_it_is(string body, string expected)
    {
        var marked = TaskMessage.MarkRepeat(Encoding.UTF8.GetBytes(body));

        Assert.Equal(expected, Encoding.UTF8.GetString(marked.Span));
        Assert.Equal(expected.Contains("\"repeat\":true", StringComparison.Ordinal), TaskMessage.TryRead(marked.Span)?.Repeat == true);
    }

    [Fact]
    public void A_message_that_would_be_too_long_for_its_queue_stays_as_it_is()
    {
        var body = TestMessages.OfLength("a", 1000).Body;

        Assert.Equal(1000, TaskMessage.MarkRepeat(body, mostBytes: 1013).Length);
        Assert.Equal(1014, TaskMessage.MarkRepeat(body, mostBytes: 1014).Length);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[[[[")]
    [InlineData("""{"v":1,"id":"","task":"t"}""")]
    [InlineData("""{"v":1,"id":5,"task":"t"}""")]
    [InlineData("{\"id\":\"\\ud800\"}")]
    public void What_is_no_message_has_a_name_of_its_own(string body)
    {
        var key = MessageKey.Of(Encoding.UTF8.GetBytes(body));

        Assert.Equal("", key.Task);
        Assert.StartsWith("unreadable-", key.Id, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_text_have_a_name_of_their_own()
    {
        Assert.StartsWith("unreadable-", MessageKey.Of([0xff, 0xfe, 0x00]).Id, StringComparison.Ordinal);
        Assert.StartsWith("unreadable-", MessageKey.Of([.. "{\"id\":\""u8, 0xff, .. "\"}"u8]).Id, StringComparison.Ordinal);
    }
}
