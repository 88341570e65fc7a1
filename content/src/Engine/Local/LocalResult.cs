using TaskQueue.Worker;

namespace TaskQueue.Local;

/// <summary>How one row ended.</summary>
/// <param name="Row">Row of the table, from 0.</param>
/// <param name="Id">The row's id.</param>
/// <param name="Report">Its result, or what it threw.</param>
public sealed record LocalResult(long Row, string Id, TaskReport Report);
