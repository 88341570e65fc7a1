namespace TaskQueue.Commands.Shell;

/// <summary>A line every few seconds, and one at the end of what took that long.</summary>
internal sealed class StoryLines(TextWriter error) : Story(TimeSpan.FromSeconds(5))
{
    public override void Say(string line) => error.WriteLine(line);

    protected override void Show(string activity, string line, long done, long? total) => error.WriteLine(line);
}
