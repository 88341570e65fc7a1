using TaskQueue.Insert;
using TaskQueue.Reports;

namespace TaskQueue.Commands.Shell;

/// <summary>The story of an insert.</summary>
internal sealed class InsertStory(Story story) : IInsertProgress
{
    public void Warned(string warning) => story.Say($"warning: {warning}");

    public void Checked(long rows, long total) => story.Tell("Checking", "rows", rows, total);

    public void Selected(long selected, long total)
    {
        if (selected > 0)
            story.Say($"Inserting {Counted.Number(selected)}/{Counted.Number(total)} tasks");
    }

    public void Inserted(long tasks, long selected) => story.Tell("Inserting", "tasks", tasks, selected);
}
