using System.Collections;
using TaskQueue.Binding;

namespace TaskQueue.Insert;

/// <summary>The rows of a checked table that are to be done.</summary>
/// <param name="Binding">Which column fills which parameter.</param>
/// <param name="Rows">True for each row of the table that was chosen.</param>
/// <param name="Chosen">How many were chosen.</param>
/// <param name="Finished">How many were left out because they are done.</param>
public sealed record Selection(TableBinding Binding, BitArray Rows, long Chosen, long Finished);
