namespace TaskQueue.Insert;

/// <summary>Told how far an insert has come; may be called from several threads.</summary>
public interface IInsertProgress
{
    /// <summary>The queue works, but something about it should be changed, or it makes the insert wait.</summary>
    void Warned(string warning);

    /// <summary>Rows of the table were checked.</summary>
    void Checked(long rows, long total);

    /// <summary>The table is sound: this many of its rows are about to be queued.</summary>
    void Selected(long selected, long total);

    /// <summary>Tasks are durable in the queue, or were there already.</summary>
    void Inserted(long tasks, long selected);
}
