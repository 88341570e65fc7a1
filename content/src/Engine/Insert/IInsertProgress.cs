namespace TaskQueue.Insert;

/// <summary>Told how far an insert has come; may be called from several threads.</summary>
public interface IInsertProgress
{
    /// <summary>Something about the queue works but should be changed.</summary>
    void Warned(string warning);

    /// <summary>Rows of the table were checked.</summary>
    void Checked(long rows, long total);

    /// <summary>The table is sound: this many of its rows are about to be queued.</summary>
    void Selected(long selected, long total);

    /// <summary>Tasks are durable in the queue, or were there already.</summary>
    void Inserted(long tasks, long selected);
}
