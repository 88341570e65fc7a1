namespace TaskQueue.Reports;

/// <summary>Which rows a report is about.</summary>
internal enum RowState
{
    Done,
    Failed,
    All,
}
