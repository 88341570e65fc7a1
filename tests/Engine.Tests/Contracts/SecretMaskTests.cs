using TaskQueue.Contracts;

namespace TaskQueue.Tests.Contracts;

/// <summary>What is recorded and shown holds no password, no signature and no value of --set.</summary>
public sealed class SecretMaskTests
{
    [Theory]
    [InlineData("https://host/t.feather?X-Amz-Signature=abc&X-Amz-Credential=d", "https://host/t.feather?***")]
    [InlineData("https://storage.googleapis.com/b/t.feather?X-Goog-Signature=abc", "https://storage.googleapis.com/b/t.feather?***")]
    [InlineData("https://host/t.feather?sv=1&sig=abc", "https://host/t.feather?***")]
    [InlineData("https://me:secret@host/t.feather", "https://me:***@host/t.feather")]
    [InlineData("s3://bucket/t.feather", "s3://bucket/t.feather")]
    [InlineData("/data/t?1.feather", "/data/t?1.feather")]
    public void An_address_is_shown_without_what_opens_it(string value, string shown) => Assert.Equal(shown, SecretMask.Hide(value));

    [Theory]
    [InlineData("insert-tasks --set token=abc --limit 3", "insert-tasks --set token=*** --limit 3")]
    [InlineData("insert-tasks --set a=b=c --set d=e", "insert-tasks --set a=*** --set d=***")]
    [InlineData("insert-tasks --table https://host/t?sig=abc", "insert-tasks --table https://host/t?***")]
    public void A_command_is_recorded_without_its_values(string command, string recorded) =>
        Assert.Equal(recorded, SecretMask.HideValues(command.Split(' ')));
}
